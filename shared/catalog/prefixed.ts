import type { BackendName } from '../config/backend-name.ts';
import type { NameConflict, NameEntry, Naming } from './naming.ts';

/** One item with the name that it gets if nobody else wants it. */
export interface NamedItem {
  readonly backend: BackendName;
  readonly original: string;
  readonly candidate: string;
}

/** Items grouped by the name they would get, in order of first appearance. */
export function byCandidate(items: readonly NamedItem[]): ReadonlyMap<string, readonly NamedItem[]> {
  const groups = new Map<string, NamedItem[]>();
  for (const item of items) {
    const group = groups.get(item.candidate);
    if (group === undefined) groups.set(item.candidate, [item]);
    else group.push(item);
  }
  return groups;
}

/**
 * Resolves collisions of prefixed names so that neither item shadows the other: all of them get
 * `{backend}__{name}`. An item that already bears such a name (forged or by chance) is moved as well, until no
 * name is wanted twice; what is equal even then gets a number in the items' order.
 */
export function resolvePrefixed(items: readonly NamedItem[]): Naming {
  const { moved, conflicts } = moveColliding(items);
  const taken = new Set(items.filter((item) => !moved.has(item)).map((item) => item.candidate));
  const wanted = countFallbacks(moved);
  for (const name of wanted.keys()) taken.add(name);
  const entries: NameEntry[] = items.map((item) => {
    const { backend, original } = item;
    if (!moved.has(item)) return { advertised: item.candidate, backend, original };
    const fallback = fallbackOf(item);
    const advertised = (wanted.get(fallback) ?? 0) > 1 ? numbered(fallback, taken) : fallback;
    return { advertised, backend, original };
  });
  return { entries, conflicts };
}

// The set of moved items only grows, so this ends after as many rounds as there are items, at most.
function moveColliding(items: readonly NamedItem[]): {
  readonly moved: ReadonlySet<NamedItem>;
  readonly conflicts: readonly NameConflict[];
} {
  const moved = new Set<NamedItem>();
  const conflicts = new Map<string, NameConflict>();
  const groups = byCandidate(items);
  let names: readonly string[] = [...groups.keys()].filter((name) => (groups.get(name)?.length ?? 0) > 1);
  while (names.length > 0) {
    const fallbacks: string[] = [];
    for (const name of names) {
      const group = groups.get(name) ?? [];
      const others = [...moved].filter((item) => fallbackOf(item) === name && !group.includes(item));
      const backends = [...group, ...others].map((item) => item.backend);
      conflicts.set(name, { name, backends, resolution: 'renamed' });
      for (const item of group) {
        if (!moved.has(item)) fallbacks.push(fallbackOf(item));
        moved.add(item);
      }
    }
    names = [...new Set(fallbacks)].filter((name) => groups.get(name)?.some((item) => !moved.has(item)));
  }
  return { moved, conflicts: [...conflicts.values()] };
}

function fallbackOf(item: NamedItem): string {
  return `${item.backend}__${item.original}`;
}

function countFallbacks(moved: Iterable<NamedItem>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of moved) counts.set(fallbackOf(item), (counts.get(fallbackOf(item)) ?? 0) + 1);
  return counts;
}

function numbered(name: string, taken: Set<string>): string {
  let number = 1;
  while (taken.has(`${name}_${number}`)) number += 1;
  taken.add(`${name}_${number}`);
  return `${name}_${number}`;
}
