/** Waits between attempts, in ms: doubles from `first` to `most`, with up to a quarter of jitter taken off. */
export function backoffDelay(
  attempt: number,
  first: number,
  most: number,
  random: () => number = Math.random,
): number {
  const full = Math.min(most, first * 2 ** Math.min(attempt, 30));
  return Math.round(full * (1 - random() / 4));
}
