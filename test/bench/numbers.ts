/** The value below which `share` (0 to 1) of the values lie; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The median of what the chunks of one run say, chunk by chunk: a slow spell of the machine hits both sides. */
export function medianRatio(above: readonly number[], below: readonly number[]): number {
  return median(above.map((value, at) => value / (below[at] ?? Number.NaN)));
}

/** Rounds to so many decimals, for tables and JSON. */
export function rounded(value: number, decimals = 2): number {
  return Number(value.toFixed(decimals));
}
