/** Who wants to be told of something. One listener's failure must not keep the others from hearing. */
export interface Listeners<T> {
  add(listener: (value: T) => void): Disposable;
  tell(value: T): void;
}

/** Makes an empty set of listeners; each registration counts on its own, also of one function twice. */
export function createListeners<T>(): Listeners<T> {
  const entries = new Set<{ readonly listener: (value: T) => void }>();
  return {
    add(listener) {
      const entry = { listener };
      entries.add(entry);
      return { [Symbol.dispose]: () => void entries.delete(entry) };
    },
    tell(value) {
      const failures: unknown[] = [];
      for (const { listener } of [...entries]) {
        try {
          listener(value);
        } catch (failure) {
          failures.push(failure);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'A listener failed.');
    },
  };
}
