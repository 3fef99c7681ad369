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
  if (search === '') return true;
  const sought = search.toLowerCase();
  return [entry.client, entry.target, entry.method, entry.backend].some(
    (text) => text?.toLowerCase().includes(sought) === true,
  );
}
