import type { EndedCall, StartedCall } from '../gateway/routing/route.ts';
import type { ClientSession } from '../gateway/sessions/client-session.ts';

/** What is noted of a call; of its session no more than who it was. Without an outcome it is still running. */
export type NotedCall = Omit<StartedCall, 'session' | 'requestBytes'> & {
  readonly session: Pick<ClientSession, 'handle' | 'client'> & Partial<Pick<ClientSession, 'principal'>>;
  readonly requestBytes?: number;
} & (Partial<Omit<EndedCall, 'outcome'>> & { readonly outcome?: ActivityEntry['outcome'] });

/** One call, as the window and the support bundle may see it; replaced as a whole when it ends. */
export interface ActivityEntry {
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

/** The last calls, in the order in which they began. In memory only: names and figures, never arguments or values. */
export interface Activity {
  add(call: NotedCall): ActivityEntry;
  /** The entry as it is now that the call has ended. */
  end(entry: ActivityEntry, ending: EndedCall): ActivityEntry;
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
      const { principal } = call.session;
      const entry: ActivityEntry = {
        number,
        at: call.at,
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
      };
      ring[number % KEPT_CALLS] = entry;
      number++;
      return entry;
    },
    end(entry, { durationMs, outcome, code, answerBytes }) {
      const ended = { ...entry, durationMs, outcome, code, answerBytes };
      const at = entry.number % KEPT_CALLS;
      // A call may outlast its place in the ring.
      if (ring[at]?.number === entry.number) ring[at] = ended;
      return ended;
    },
    entries,
    countSince: (time) => ring.reduce((count, entry) => (entry.at > time ? count + 1 : count), 0),
  };
}
