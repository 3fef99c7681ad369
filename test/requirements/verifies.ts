/** Names the behaviours that a test verifies; the requirement gate reads the ids out of the test's name. */
export function verifies(ids: readonly string[], sentence: string): string {
  return `[${ids.join(' ')}] ${sentence}`;
}
