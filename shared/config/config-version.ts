import type { BackendConfig } from './backend-schema.ts';

/**
 * A text that is equal for two backend configurations exactly when they are equal: for cache keys, and to tell
 * whether an edit touches a connection. Canonical JSON: keys sorted, maps without regard to their order.
 */
export function configVersionOf(backend: BackendConfig): string {
  return JSON.stringify(canonical(backend));
}

function canonical(value: unknown): unknown {
  if (value instanceof Map) return sortedEntries([...(value as Map<string, unknown>)]);
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return sortedEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}

// Pairs instead of an object: a key such as `__proto__` stays data.
function sortedEntries(entries: readonly (readonly [string, unknown])[]): unknown {
  return [...entries]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, item]) => [key, canonical(item)]);
}
