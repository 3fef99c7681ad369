import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { BackendSession } from '../../backends/backend-session.ts';
import type { CallStream, EventNames } from './call-stream.ts';

/** What lets a client come back to a call whose connection it lost (protocol.md hazard 22). */
export interface Resumption {
  /** The names of a backend's events; they say session and backend, so that nobody else's id fits. */
  names(backend: BackendSession): EventNames;
  /** A call that is over; its end is kept for a while. */
  keep(stream: CallStream, now: number): void;
  /** Forgets what waited for too long. */
  forgetOld(now: number): void;
  /** True where the id has the form of a call's event, of whatever session. */
  isCallEvent(eventId: string): boolean;
  /** Goes on with the call of this event on a new connection; false where nobody knows it. */
  resume(eventId: string, response: ServerResponse, running: readonly CallStream[], now: number): boolean;
}

/** How long the end of a call waits for its client, and how many ends and bytes may wait. */
const KEPT_MS = 5 * 60_000;
const MAX_KEPT = 32;
const MAX_KEPT_BYTES = 4 * 1024 * 1024;
/** The first revision whose clients take an event without a message. */
const FIRST_WITH_MARKS = '2025-11-25';

interface Named {
  readonly names: EventNames;
  readonly reopened: number;
}

/** Makes the memory of one client session. */
export function createResumption(protocolVersion: string): Resumption {
  const backends = new WeakMap<BackendSession, Named>();
  let tag: string | undefined;
  let kept: { readonly stream: CallStream; readonly at: number }[] = [];
  let counter = 0;

  /** Random, so that another session's id fits nothing here (TRN-18); made when first needed. */
  function ownTag(): string {
    tag ??= `call.${randomBytes(6).toString('hex')}`;
    return tag;
  }

  function nextNames(): EventNames {
    const backendTag = (counter++).toString(36);
    return {
      takesMarks: protocolVersion >= FIRST_WITH_MARKS,
      of: (id) => (id === undefined ? `${ownTag()}.own.${counter++}` : `${ownTag()}.${backendTag}.${id}`),
    };
  }

  function forgetOld(now: number): void {
    if (kept.length === 0) return;
    kept = kept.filter(({ at }) => now - at < KEPT_MS).slice(-MAX_KEPT);
    let bytes = kept.reduce((sum, { stream }) => sum + stream.heldBytes(), 0);
    while (bytes > MAX_KEPT_BYTES && kept.length > 1) bytes -= kept.shift()?.stream.heldBytes() ?? 0;
  }

  return {
    /** A backend that was opened again counts its events from the beginning, so it gets another tag. */
    names(backend) {
      const known = backends.get(backend);
      const reopened = backend.reopened();
      if (known?.reopened === reopened) return known.names;
      const names = nextNames();
      backends.set(backend, { names, reopened });
      return names;
    },
    forgetOld,
    keep(stream, now) {
      if (stream.heldBytes() === 0) return;
      kept.push({ stream, at: now });
      forgetOld(now);
    },
    isCallEvent: (eventId) => eventId.startsWith('call.'),
    resume(eventId, response, running, now) {
      forgetOld(now);
      const found = [...running, ...kept.map(({ stream }) => stream)].find((one) => one.has(eventId));
      found?.resume(response, eventId);
      return found !== undefined;
    },
  };
}
