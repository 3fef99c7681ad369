import { create } from 'zustand';
import type { ActivityEntry } from '../../shared/control/activity.ts';

/** The most rows that a window keeps; older ones stay with the host (issue figure: 10,000 rows without jank). */
export const MAX_ROWS = 10_000;

interface ActivityStore {
  /** Newest first. */
  readonly entries: readonly ActivityEntry[];
  /** Entries that came faster than they are sent live, since the last full reading. */
  readonly dropped: number;
}

/** Calls and changed tools as they come in. */
export const useActivity = create<ActivityStore>()(() => ({ entries: [], dropped: 0 }));

/** New or ended entries; one that is known is replaced where it stands. */
export function activityAppended(fresh: readonly ActivityEntry[], dropped: number): void {
  useActivity.setState((before) => ({
    entries: withEntries(before.entries, fresh),
    dropped: before.dropped + dropped,
  }));
}

/** The rows as the host has them: replaces what is here. */
export function activityRead(entries: readonly ActivityEntry[]): void {
  useActivity.setState({ entries: entries.slice(0, MAX_ROWS), dropped: 0 });
}

/** The list after new or changed entries: newest first, each id once, at most `MAX_ROWS`. */
export function withEntries(
  before: readonly ActivityEntry[],
  fresh: readonly ActivityEntry[],
): readonly ActivityEntry[] {
  if (fresh.length === 0) return before;
  const byId = new Map(fresh.map((entry) => [entry.id, entry]));
  const kept = before.map((entry) => {
    const newer = byId.get(entry.id);
    if (newer !== undefined) byId.delete(entry.id);
    return newer ?? entry;
  });
  const added = [...byId.values()].sort((a, b) => b.at - a.at);
  return [...added, ...kept].slice(0, MAX_ROWS);
}

/** Older entries, asked for by the user: they go to the end. */
export function activityOlder(older: readonly ActivityEntry[]): void {
  useActivity.setState(({ entries }) => {
    const known = new Set(entries.map(({ id }) => id));
    return { entries: [...entries, ...older.filter(({ id }) => !known.has(id))].slice(0, MAX_ROWS) };
  });
}
