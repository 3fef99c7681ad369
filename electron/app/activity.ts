import type { EndedCall, StartedCall } from '../gateway/routing/route.ts';
import type { ClientSession } from '../gateway/sessions/client-session.ts';
import { joined, type NewestChange, opened, type ToolChange, type ToolChangeEntry } from './tool-changes.ts';

/** What is noted of a call; of its session no more than who it was. Without an outcome it is still running. */
export type NotedCall = Omit<StartedCall, 'session' | 'requestBytes'> & {
  readonly session: Pick<ClientSession, 'handle' | 'client'> & Partial<Pick<ClientSession, 'principal'>>;
  readonly requestBytes?: number;
} & (Partial<Omit<EndedCall, 'outcome'>> & { readonly outcome?: CallEntry['outcome'] });

/** One call, as the window and the support bundle may see it; replaced as a whole when it ends. */
export interface CallEntry {
  readonly kind: 'call';
  readonly number: number;
  readonly at: number;
  readonly session: string;
  readonly client: string;
  /** The local token that it came with: what a client calls itself proves nothing. */
  readonly tokenId: string | undefined;
  readonly method: string;
  readonly target: string | undefined;
  readonly backend: string;
  readonly requestBytes: number | undefined;
  /** Absent while it runs. */
  readonly durationMs: number | undefined;
  readonly outcome: EndedCall['outcome'] | 'running';
  readonly code: EndedCall['code'];
  readonly answerBytes: number | undefined;
}

export type ActivityEntry = CallEntry | ToolChangeEntry;

/**
 * What happened last, in the order in which it began: calls, and tools that changed. In memory only: names and
 * figures, never arguments or values.
 */
export interface Activity {
  add(call: NotedCall): CallEntry;
  /** The entry as it is now that the call has ended. */
  end(entry: CallEntry, ending: EndedCall): CallEntry;
  /** The entry that tells the change, be it one that was there; `undefined` where that one told it before. */
  addChange(change: ToolChange): ToolChangeEntry | undefined;
  /** All that is kept, oldest first. */
  entries(): readonly ActivityEntry[];
  /** The calls among them, oldest first: what is counted and measured. */
  calls(): readonly CallEntry[];
  /** Calls that began after this time. */
  countSince(time: number): number;
}

/** Entries that are kept. */
export const KEPT_ENTRIES = 10_000;

/**
 * A ring of the last entries; adding a call costs one object and no copying. `wallTime` turns times of our own clock
 * into those that are shown.
 */
export function createActivity(wallTime: (time: number) => number = Math.round): Activity {
  const ring: ActivityEntry[] = [];
  const newestChanges = new Map<string, NewestChange>();
  let number = 0;

  function keep<Entry extends ActivityEntry>(entry: Entry): Entry {
    ring[entry.number % KEPT_ENTRIES] = entry;
    number++;
    return entry;
  }

  /** Whether it still has its place; a call may outlast it. */
  const isKept = (entry: ActivityEntry): boolean =>
    ring[entry.number % KEPT_ENTRIES]?.number === entry.number;

  function entries(): readonly ActivityEntry[] {
    const oldest = number % KEPT_ENTRIES;
    return ring.length < KEPT_ENTRIES ? ring : [...ring.slice(oldest), ...ring.slice(0, oldest)];
  }

  return {
    add(call) {
      const { principal } = call.session;
      return keep({
        kind: 'call',
        number,
        at: wallTime(call.at),
        session: call.session.handle,
        client: call.session.client.name,
        tokenId: principal?.kind === 'local' ? principal.tokenId : undefined,
        method: call.method,
        target: call.target,
        backend: call.backend,
        requestBytes: call.requestBytes,
        durationMs: call.durationMs,
        outcome: call.outcome ?? 'running',
        code: call.code,
        answerBytes: call.answerBytes,
      });
    },
    end(entry, { durationMs, outcome, code, answerBytes, backend = entry.backend }) {
      const ended = { ...entry, backend, durationMs, outcome, code, answerBytes };
      if (isKept(entry)) ring[entry.number % KEPT_ENTRIES] = ended;
      return ended;
    },
    addChange(noticed) {
      const change = { ...noticed, at: wallTime(noticed.at) };
      const newest = newestChanges.get(change.backend);
      const known = newest !== undefined && isKept(newest.entry) ? joined(newest, change) : undefined;
      if (known !== undefined && known === newest) return undefined;
      const told = known ?? opened(number, change);
      newestChanges.set(change.backend, told);
      if (known === undefined) return keep(told.entry);
      ring[told.entry.number % KEPT_ENTRIES] = told.entry;
      return told.entry;
    },
    entries,
    calls: () => entries().filter((entry) => entry.kind === 'call'),
    countSince: (time) =>
      ring.reduce((count, entry) => (entry.kind === 'call' && entry.at > time ? count + 1 : count), 0),
  };
}
