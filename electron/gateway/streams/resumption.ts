import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { EVENT_ID } from '../../backends/wire/sse-splitter.ts';
import type { CallStream, EventNames } from './call-stream.ts';
import type { Exchange } from './exchange.ts';

/** What lets a client come back to a call whose connection it lost (protocol.md hazard 22). */
export interface Resumption {
  /** The names of a call's events; they say session and call, so that nobody else's id fits. */
  names(): EventNames;
  /** A call that is over; its end is kept for a while. */
  keep(stream: CallStream, now: number): void;
  /** Forgets what waited for too long. */
  forgetOld(now: number): void;
  /** True where the id has the form of a call's event, of whatever session. */
  isCallEvent(eventId: string): boolean;
  /** Goes on with the call of this event on a new connection; false where nobody knows it. */
  resume(eventId: string, response: ServerResponse, running: readonly Exchange[], now: number): boolean;
}

/** How long the end of a call waits for its client, and how many ends and bytes may wait. */
const KEPT_MS = 5 * 60_000;
const MAX_KEPT = 32;
const MAX_KEPT_BYTES = 4 * 1024 * 1024;
/** The first revision whose clients take an event without a message. */
const FIRST_WITH_MARKS = '2025-11-25';

/** Makes the memory of one client session. */
export function createResumption(protocolVersion: string): Resumption {
  let tag: string | undefined;
  let kept: { readonly stream: CallStream; readonly at: number }[] = [];
  let counter = 0;

  /** Random, so that another session's id fits nothing here (TRN-18); made when first needed. */
  function ownTag(): string {
    tag ??= `call.${randomBytes(6).toString('hex')}`;
    return tag;
  }

  function forgetOld(now: number): void {
    if (kept.length === 0) return;
    kept = kept.filter(({ at }) => now - at < KEPT_MS).slice(-MAX_KEPT);
    let bytes = kept.reduce((sum, { stream }) => sum + stream.heldBytes(), 0);
    while (bytes > MAX_KEPT_BYTES && kept.length > 1) bytes -= kept.shift()?.stream.heldBytes() ?? 0;
  }

  return {
    /** Not every backend keeps its ids apart: some count each stream's events from the beginning. */
    names() {
      const call = (counter++).toString(36);
      return {
        takesMarks: protocolVersion >= FIRST_WITH_MARKS,
        of: (id) =>
          id === undefined ? `${ownTag()}.${call}.own.${counter++}` : `${ownTag()}.${call}.its.${id}`,
        backendIdOf(eventId) {
          const beginning = `${ownTag()}.${call}.its.`;
          const original = eventId.slice(beginning.length);
          return eventId.startsWith(beginning) && EVENT_ID.test(original) ? original : undefined;
        },
      };
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
      const streams = running.flatMap((one) => one.stream() ?? []);
      const found = [...streams, ...kept.map(({ stream }) => stream)].find((one) => one.has(eventId));
      found?.resume(response, eventId);
      return found !== undefined || askBackend(eventId, response, running);
    },
  };
}

/** What we forgot of a call under way, its backend may still have: its own events are in its own memory (hazard 22). */
function askBackend(eventId: string, response: ServerResponse, running: readonly Exchange[]): boolean {
  return running.some((one) => {
    const original = one.stream()?.backendIdOf(eventId);
    return original !== undefined && one.retake(response, original);
  });
}
