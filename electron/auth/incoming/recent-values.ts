import { dropOldest } from '../../../shared/collections/drop-oldest.ts';

/** A bounded memory of what was verified lately, oldest out first. */
export interface RecentValues<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  clear(): void;
}

/** Makes a memory for at most `limit` values; a value counts as new when it is set, not when it is read. */
export function createRecentValues<T>(limit: number): RecentValues<T> {
  const values = new Map<string, T>();
  return {
    get: (key) => values.get(key),
    set(key, value) {
      values.delete(key);
      values.set(key, value);
      dropOldest(values, limit);
    },
    clear: () => values.clear(),
  };
}
