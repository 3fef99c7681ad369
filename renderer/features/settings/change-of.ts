/** The fields in which two states differ: a save writes these alone, and leaves defaults to stay defaults. */
export function changeOf<State extends object, Key extends keyof State>(
  before: State,
  after: State,
  keys: readonly Key[],
): Partial<Pick<State, Key>> {
  const change: Partial<Pick<State, Key>> = {};
  for (const key of keys) {
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key])) change[key] = after[key];
  }
  return change;
}
