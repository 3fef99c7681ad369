/** The newest items of a kind, bounded. */
export interface Ring<T> {
  add(item: T): void;
  /** Oldest first. */
  all(): readonly T[];
}

/** Keeps the newest `size` items; adding to a full one takes constant time. */
export function createRing<T>(size: number): Ring<T> {
  const items: T[] = [];
  let next = 0;
  return {
    add(item) {
      items[next] = item;
      next = (next + 1) % size;
    },
    all: () => (items.length < size ? [...items] : [...items.slice(next), ...items.slice(0, next)]),
  };
}
