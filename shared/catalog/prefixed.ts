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
  const isMoved = (item: NamedItem): boolean => moved.get(fallbackOf(item))?.has(item) === true;
  const taken = new Set(items.filter((item) => !isMoved(item)).map((item) => item.candidate));
  for (const name of moved.keys()) taken.add(name);
  const entries: NameEntry[] = items.map((item) => {
    const { backend, original } = item;
    if (!isMoved(item)) return { advertised: item.candidate, backend, original };
    const fallback = fallbackOf(item);
    const alone = moved.get(fallback)?.size === 1;
    return { advertised: alone ? fallback : numbered(fallback, taken), backend, original };
  });
  return { entries, conflicts };
}

/** Moved items by the name that they fall back to. */
type Moved = Map<string, Set<NamedItem>>;

// A name is looked at once: either it was wanted twice from the start, or a moved item now wants it.
function moveColliding(items: readonly NamedItem[]): {
  readonly moved: Moved;
  readonly conflicts: readonly NameConflict[];
} {
  const moved: Moved = new Map();
  const conflicts = new Map<string, NameConflict>();
  const groups = byCandidate(items);
  const names = [...groups.keys()].filter((name) => (groups.get(name)?.length ?? 0) > 1);
  for (const name of names) {
    if (conflicts.has(name)) continue;
    const wanting = new Set([...(groups.get(name) ?? []), ...(moved.get(name) ?? [])]);
    conflicts.set(name, { name, backends: [...wanting].map((item) => item.backend), resolution: 'renamed' });
    for (const item of groups.get(name) ?? []) {
      const fallback = fallbackOf(item);
      moved.set(fallback, (moved.get(fallback) ?? new Set()).add(item));
      if (groups.has(fallback)) names.push(fallback);
    }
  }
  return { moved, conflicts: [...conflicts.values()] };
}

function fallbackOf(item: NamedItem): string {
  return `${item.backend}__${item.original}`;
}

function numbered(name: string, taken: Set<string>): string {
  let number = 1;
  while (taken.has(`${name}_${number}`)) number += 1;
  taken.add(`${name}_${number}`);
  return `${name}_${number}`;
}
