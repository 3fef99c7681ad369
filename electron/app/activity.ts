import type { CallRecord } from '../gateway/routing/route.ts';
import type { ClientSession } from '../gateway/sessions/client-session.ts';

/** What is noted of a call; of its session no more than who it was. */
export type NotedCall = Omit<CallRecord, 'session'> & {
  readonly session: Pick<ClientSession, 'handle' | 'client'>;
};

/** One finished call, as the window and the support bundle may see it. */
export interface ActivityEntry {
  readonly number: number;
  readonly at: number;
  readonly session: string;
  readonly client: string;
  readonly method: string;
  readonly target: string | undefined;
  readonly backend: string;
  readonly durationMs: number;
  readonly outcome: CallRecord['outcome'];
  readonly code: CallRecord['code'];
}

/** The last calls, newest last. In memory only: names and figures, never arguments or values. */
export interface Activity {
  add(call: NotedCall): ActivityEntry;
  /** All that is kept, oldest first. */
  entries(): readonly ActivityEntry[];
  /** Calls that began after this time. */
  countSince(time: number): number;
}

/** Calls that are kept. */
export const KEPT_CALLS = 10_000;

/** A ring of the last calls; adding costs one object and no copying. */
export function createActivity(): Activity {
  const ring: ActivityEntry[] = [];
  let number = 0;

  function entries(): readonly ActivityEntry[] {
    const oldest = number % KEPT_CALLS;
    return ring.length < KEPT_CALLS ? ring : [...ring.slice(oldest), ...ring.slice(0, oldest)];
  }

  return {
    add(call) {
      const entry: ActivityEntry = {
        number,
        at: call.at,
        session: call.session.handle,
        client: call.session.client.name,
        method: call.method,
        target: call.target,
        backend: call.backend,
        durationMs: call.durationMs,
        outcome: call.outcome,
        code: call.code,
      };
      ring[number % KEPT_CALLS] = entry;
      number++;
      return entry;
    },
    entries,
    countSince: (time) => ring.reduce((count, entry) => (entry.at > time ? count + 1 : count), 0),
  };
}
