import type { ActivityEntry } from '../../../shared/control/activity.ts';

export interface ActivityFilter {
  readonly search: string;
  readonly backend: string | undefined;
  readonly outcome: ActivityEntry['outcome'] | undefined;
}

export const NO_FILTER: ActivityFilter = { search: '', backend: undefined, outcome: undefined };

/** Whether an entry passes the filter; the search looks at client, tool, method and backend. */
export function matches(entry: ActivityEntry, { search, backend, outcome }: ActivityFilter): boolean {
  if (backend !== undefined && entry.backend !== backend) return false;
  if (outcome !== undefined && entry.outcome !== outcome) return false;
  return search === '' || searchedText(entry).includes(search.toLowerCase());
}

// Made once per entry: with every key of a search all 10,000 entries are looked through.
const searched = new WeakMap<ActivityEntry, string>();

function searchedText(entry: ActivityEntry): string {
  const known = searched.get(entry);
  if (known !== undefined) return known;
  const words = entry.kind === 'call' ? [entry.client, entry.target, entry.method] : entry.tools;
  const text = [...words, entry.backend].join('\n').toLowerCase();
  searched.set(entry, text);
  return text;
}
