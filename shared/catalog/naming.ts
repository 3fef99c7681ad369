import type { BackendName } from '../config/backend-name.ts';
import { byCandidate, type NamedItem, resolvePrefixed } from './prefixed.ts';

/** What the naming needs to know of one backend, in the order of the config. */
export interface NamingBackend {
  readonly name: BackendName;
  /** Original names in the backend's own order. */
  readonly items: readonly string[];
  readonly only?: readonly string[] | undefined;
  readonly hide?: readonly string[] | undefined;
  readonly rename?: ReadonlyMap<string, string> | undefined;
}

export interface NamingInput {
  readonly conflicts: 'prefix' | 'priority' | 'manual';
  /** For `priority`; backends not named follow in the given order. */
  readonly order?: readonly BackendName[] | undefined;
  readonly prefixFormat: string;
  readonly backends: readonly NamingBackend[];
}

export interface NameEntry {
  readonly advertised: string;
  readonly backend: BackendName;
  readonly original: string;
}

export interface NameConflict {
  /** The name that more than one item would have had. */
  readonly name: string;
  readonly backends: readonly BackendName[];
  /** `renamed`: all got longer names; `first-wins`: the others are not listed; `not-listed`: none of them is. */
  readonly resolution: 'renamed' | 'first-wins' | 'not-listed';
}

export interface Naming {
  /** In the order of backends and, within one, of its items. Each advertised name occurs once. */
  readonly entries: readonly NameEntry[];
  readonly conflicts: readonly NameConflict[];
}

/**
 * Gives every item of every backend the name under which clients see it, or leaves it out. Deterministic: the same
 * input gives the same names. No item ever takes another one's place (CFG-14, HTP-15), except by `priority`, where
 * the user decided so. Serves tools and prompts. `only`, `hide` and `rename` go by original names, and a renamed
 * item bears its new name literally. Names such as `__proto__` are data like any other.
 */
export function nameItems(input: NamingInput): Naming {
  const format = input.conflicts === 'prefix' ? input.prefixFormat : '';
  const items = input.backends.flatMap((backend) => candidatesOf(backend, format));
  switch (input.conflicts) {
    case 'prefix':
      return resolvePrefixed(items);
    case 'priority':
      return resolvePriority(items, input.order ?? []);
    case 'manual':
      return resolveManual(items);
  }
}

function candidatesOf(backend: NamingBackend, format: string): NamedItem[] {
  const only = backend.only === undefined ? undefined : new Set(backend.only);
  const hidden = new Set(backend.hide ?? []);
  const prefix = format.replaceAll('{backend}', backend.name);
  // A name that one backend lists twice is one item: it could not be told apart when called.
  return [...new Set(backend.items)]
    .filter((original) => (only === undefined || only.has(original)) && !hidden.has(original))
    .map((original) => ({
      backend: backend.name,
      original,
      candidate: backend.rename?.get(original) ?? prefix + original,
    }));
}

function resolvePriority(items: readonly NamedItem[], order: readonly BackendName[]): Naming {
  const rank = new Map(order.map((name, index) => [name, index]));
  const rankOf = (item: NamedItem): number => rank.get(item.backend) ?? order.length;
  const losers = new Set<NamedItem>();
  const conflicts: NameConflict[] = [];
  for (const [name, group] of byCandidate(items)) {
    if (group.length < 2) continue;
    // The sort is stable, so items of equal rank keep the config's order.
    const [winner, ...others] = [...group].sort((a, b) => rankOf(a) - rankOf(b));
    for (const loser of others) losers.add(loser);
    const backends = [...(winner === undefined ? [] : [winner]), ...others].map((item) => item.backend);
    conflicts.push({ name, backends, resolution: 'first-wins' });
  }
  return { entries: listed(items, losers), conflicts };
}

function resolveManual(items: readonly NamedItem[]): Naming {
  const unlisted = new Set<NamedItem>();
  const conflicts: NameConflict[] = [];
  for (const [name, group] of byCandidate(items)) {
    if (group.length < 2) continue;
    for (const item of group) unlisted.add(item);
    conflicts.push({ name, backends: group.map((item) => item.backend), resolution: 'not-listed' });
  }
  return { entries: listed(items, unlisted), conflicts };
}

function listed(items: readonly NamedItem[], without: ReadonlySet<NamedItem>): NameEntry[] {
  return items
    .filter((item) => !without.has(item))
    .map(({ candidate, backend, original }) => ({ advertised: candidate, backend, original }));
}
