import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { EVENT_ID } from '../../backends/wire/sse-splitter.ts';
import type { CallStream, EventNames } from './call-stream.ts';
import type { Exchange } from './exchange.ts';
import { type EndedCall, isLostEvent, repeatAnswer, sendNothingMore } from './repeat-answer.ts';

/** What lets a client come back to a call whose connection it lost (protocol.md hazard 22). */
export interface Resumption {
  /** The names of the events of the call with this id; they say session and call, so that nobody else's id fits. */
  names(idText: string): EventNames;
  /** Whether the client takes events without a message: revisions before 2025-11-25 had none. */
  readonly takesMarks: boolean;
  /** A call that is over; the end of one that can be come back to is kept for a while. */
  keep(stream: CallStream, call: Omit<EndedCall, 'names'>, now: number): void;
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
/** Calls of which is known that they are over, after their ends were forgotten. */
const MAX_ENDED = 256;
/** The first revision whose clients take an event without a message. */
const FIRST_WITH_MARKS = '2025-11-25';

interface Kept {
  readonly stream: CallStream;
  readonly call: EndedCall;
  readonly at: number;
}

/** Makes the memory of one client session. */
export function createResumption(protocolVersion: string): Resumption {
  let tag: string | undefined;
  let kept: Kept[] = [];
  let counter = 0;
  let ended: EndedCall[] = [];

  /** Random, so that another session's id fits nothing here (TRN-18); made when first needed. */
  function ownTag(): string {
    tag ??= `call.${randomBytes(6).toString('hex')}`;
    return tag;
  }

  function forgetOld(now: number): void {
    if (kept.length === 0) return;
    const before = kept;
    kept = kept.filter(({ at }) => now - at < KEPT_MS).slice(-MAX_KEPT);
    let bytes = kept.reduce((sum, { stream }) => sum + stream.heldBytes(), 0);
    while (bytes > MAX_KEPT_BYTES && kept.length > 1) bytes -= kept.shift()?.stream.heldBytes() ?? 0;
    const gone = before.filter((one) => !kept.includes(one));
    if (gone.length > 0) ended = [...ended, ...gone.map(({ call }) => call)].slice(-MAX_ENDED);
  }

  const takesMarks = protocolVersion >= FIRST_WITH_MARKS;

  return {
    takesMarks,
    /** Not every backend keeps its ids apart: some count each stream's events from the beginning. */
    names(idText) {
      const number = (counter++).toString(36);
      const call = (): string => `${ownTag()}.${number}.`;
      return {
        idText,
        takesMarks,
        of: (id) => (id === undefined ? `${call()}own.${counter++}` : `${call()}its.${id}`),
        backendIdOf(eventId) {
          const beginning = `${call()}its.`;
          const original = eventId.slice(beginning.length);
          return eventId.startsWith(beginning) && EVENT_ID.test(original) ? original : undefined;
        },
        isOurs: (eventId) => eventId.startsWith(call()),
      };
    },
    forgetOld,
    keep(stream, call, now) {
      const { names } = stream;
      if (names === undefined || stream.heldBytes() === 0) return;
      kept.push({ stream, call: { ...call, names }, at: now });
      forgetOld(now);
    },
    isCallEvent: (eventId) => eventId.startsWith('call.'),
    resume(eventId, response, underWay, now) {
      forgetOld(now);
      const running = underWay.find((one) => one.stream()?.knows(eventId) === true);
      const over = kept.find(({ stream }) => stream.knows(eventId));
      const forgotten = ended.find(({ names }) => names.isOurs(eventId));
      const known = forgotten ?? kept.find(({ call }) => call.names.isOurs(eventId))?.call;
      if (running !== undefined) running.comeBack(response, eventId);
      else if (known !== undefined && isLostEvent(eventId)) sendNothingMore(response);
      else if (over?.stream.lacksAnswer(eventId) === true)
        repeatAnswer(over.call, response, eventId, over.stream.after(eventId));
      else if (over !== undefined) over.stream.resume(response, eventId);
      else if (forgotten !== undefined) repeatAnswer(forgotten, response, eventId, []);
      else return false;
      return true;
    },
  };
}
