/** Takes the entries that were put in first out of a map that has more than `limit`; for memories that must not grow. */
export function dropOldest(map: Map<unknown, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
