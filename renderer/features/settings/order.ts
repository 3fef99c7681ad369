/** Every backend once: first those that have a place, in order, then the others as the file has them. */
export function wholeOrder(order: readonly string[], backends: readonly string[]): readonly string[] {
  const known = order.filter((name, at) => backends.includes(name) && order.indexOf(name) === at);
  return [...known, ...backends.filter((name) => !known.includes(name))];
}

/** The list with one item at another place; a place beyond an end is that end. */
export function moved<Item>(list: readonly Item[], from: number, to: number): readonly Item[] {
  const item = list[from];
  if (item === undefined) return list;
  const rest = list.filter((_, at) => at !== from);
  const place = Math.max(0, Math.min(to, rest.length));
  return [...rest.slice(0, place), item, ...rest.slice(place)];
}
