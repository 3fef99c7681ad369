import type { ServerResponse } from 'node:http';
import { frameEvent, frameMark, KEEP_ALIVE_COMMENT } from '../../backends/wire/sse-writer.ts';
import { beginEvents } from '../edge/answers.ts';
import { sendNothingMore } from './repeat-answer.ts';

/** Names the events of one call towards its client, so that it can come back to them (MCP 2025-11-25, resumability). */
export interface EventNames {
  /** The backend's own id with the call's tag, or an id of ours where the backend gave none. */
  of(backendEventId: string | undefined): string;
  /** The backend's own id behind a name of this call; `undefined` for any other. */
  backendIdOf(eventId: string): string | undefined;
  /** Whether an event of this call has, or had, this name. */
  isOurs(eventId: string): boolean;
  /** The id of the call, as JSON text. */
  readonly idText: string;
  /** Whether the client takes events without a message: revisions before 2025-11-25 had none. */
  readonly takesMarks: boolean;
}

/** One call's answer as an event stream. It outlives the connection that it began on. */
export interface CallStream {
  /** Absent where nobody can come back to it. */
  readonly names: EventNames | undefined;
  /** The connection that it goes to at present; may be over. */
  response(): ServerResponse;
  event(message: Buffer, backendEventId?: string): void;
  /** Whether so much waits for the client that newer progress should take the place of older. */
  isLate(): boolean;
  /** The newest progress of the call, sent once the client has caught up or anything else comes; only the newest is. */
  progress(message: Buffer, backendEventId?: string): void;
  /** An event without a message: an id to come back to, and how long the client should wait. */
  mark(backendEventId: string | undefined, retryMs: number | undefined): void;
  last(message: Buffer, backendEventId?: string): void;
  /** Ends the connection, not the call, where the client knows how to come back. */
  pause(): void;
  /** Keeps a quiet connection open; the first time with an id to come back to. */
  comment(): void;
  end(): void;
  /** Whether this event is held. */
  has(eventId: string): boolean;
  /** Whether the event is one of this call, or may be one that was forgotten. */
  knows(eventId: string): boolean;
  /**
   * Goes on on another connection, with what came after this event; with all that is held where the event itself was
   * forgotten.
   */
  resume(response: ServerResponse, eventId: string): void;
  /** What is held of the events after this one. */
  after(eventId: string): Buffer[];
  /** Whether the answer was sent, is not held, and comes after this event. */
  lacksAnswer(eventId: string): boolean;
  /** The id by which the backend knows this event of the call, if it may be one that was forgotten here. */
  backendIdOf(eventId: string): string | undefined;
  /** Goes on on another connection, with what the backend repeats: what is held here is forgotten. */
  restart(response: ServerResponse): void;
  /** Bytes held for a client that may come back. */
  heldBytes(): number;
}

/** What is kept of one call for a client that lost its connection; older events are forgotten first. */
const MAX_EVENTS = 512;
const MAX_LOG_BYTES = 1024 * 1024;
/** Bytes that may wait for a client that does not read, before more messages than the answer come. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;
/** Bytes that wait for a client that is late: more than one piece of a storm brings to a client that keeps up. */
const LATE_BYTES = 256 * 1024;

interface Sent {
  readonly id: string;
  readonly frame: Buffer;
}

/** Begins the stream. Without `names` nothing is kept and no event carries an id: the modern era does not resume. */
export function openCallStream(caller: ServerResponse, names: EventNames | undefined): CallStream {
  let response = caller;
  let over = false;
  let bytes = 0;
  let hasForgotten = false;
  /** The event of an answer that is not held. */
  let lost: string | undefined;
  /** Progress that waits until the client has caught up. */
  let newest: { readonly message: Buffer; readonly backendEventId: string | undefined } | undefined;
  /** The connection that tells when its client has caught up. */
  let awaited: ServerResponse | undefined;
  const log: Sent[] = [];
  beginEvents(caller);

  const has = (eventId: string): boolean => log.some(({ id }) => id === eventId);
  /** All that is held where the event itself was forgotten. */
  function after(eventId: string): Buffer[] {
    return log.slice(log.findIndex(({ id }) => id === eventId) + 1).map(({ frame }) => frame);
  }

  const isHeard = (): boolean => !response.writableEnded && !response.destroyed;

  /** A storm cannot fill our memory through a client that does not read: it loses the connection and may come back. */
  function write(frame: Buffer): void {
    if (!isHeard()) return;
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
    else response.write(frame);
  }

  function named(backendEventId: string | undefined, frameOf: (id: string | undefined) => Buffer): Buffer {
    const id = names?.of(backendEventId);
    const frame = frameOf(id);
    if (id === undefined) return frame;
    log.push({ id, frame });
    bytes += frame.length;
    if (log.length >= MAX_EVENTS || bytes > MAX_LOG_BYTES) forgetHalf();
    return frame;
  }

  /** Many at once: a storm of events must not pay for each one that is forgotten. */
  function forgetHalf(): void {
    while (log.length > 1 && (log.length > MAX_EVENTS / 2 || bytes > MAX_LOG_BYTES / 2)) {
      hasForgotten = true;
      const half = log.splice(0, Math.ceil(log.length / 2));
      for (const { frame } of half) bytes -= frame.length;
    }
  }

  function forgetAnswer(frame: Buffer): void {
    if (log.at(-1)?.frame !== frame) return;
    lost = log.pop()?.id;
    bytes -= frame.length;
  }

  function sendNewest(): void {
    if (newest === undefined) return;
    const { message, backendEventId } = newest;
    newest = undefined;
    send(message, backendEventId);
  }

  /** Once for each connection at a time: a storm of progress among other messages would add a listener for each. */
  function awaitDrain(): void {
    const full = response;
    if (awaited === full) return;
    awaited = full;
    full.once('drain', () => {
      if (awaited !== full) return;
      awaited = undefined;
      sendNewest();
    });
  }

  function send(message: Buffer, backendEventId: string | undefined): void {
    sendNewest();
    write(named(backendEventId, (name) => frameEvent(message, name)));
  }

  function moveTo(next: ServerResponse): void {
    if (!response.writableEnded) response.destroy();
    response = next;
    beginEvents(next);
    next.flushHeaders();
  }

  function end(): void {
    over = true;
    newest = undefined;
    response.end();
  }

  return {
    names,
    response: () => response,
    event: send,
    isLate: () => response.writableLength > LATE_BYTES && isHeard(),
    progress(message, backendEventId) {
      newest = { message, backendEventId };
      awaitDrain();
    },
    mark(backendEventId, retryMs) {
      if (names?.takesMarks !== true) return;
      sendNewest();
      if (backendEventId === undefined) write(frameMark(undefined, retryMs));
      else write(named(backendEventId, (id) => frameMark(id, retryMs)));
    },
    last(message, backendEventId) {
      sendNewest();
      const isThere = isHeard();
      const frame = named(backendEventId, (id) => frameEvent(message, id));
      if (isThere) response.write(frame);
      end();
      // So much is not kept in case that it was lost on the way, once the system has taken all of it.
      if (isThere && frame.length > MAX_LOG_BYTES) response.once('finish', () => forgetAnswer(frame));
    },
    pause() {
      sendNewest();
      if (log.length > 0 && names?.takesMarks === true) response.end();
    },
    comment() {
      if (log.length > 0 || names?.takesMarks !== true) write(KEEP_ALIVE_COMMENT);
      else write(named(undefined, (id) => frameMark(id, undefined)));
    },
    end,
    has,
    after,
    lacksAnswer: (eventId) => lost !== undefined && lost !== eventId,
    knows: (eventId) =>
      has(eventId) || (names?.isOurs(eventId) === true && (hasForgotten || lost === eventId)),
    backendIdOf: (eventId) => (hasForgotten ? names?.backendIdOf(eventId) : undefined),
    restart(next) {
      newest = undefined;
      log.length = 0;
      bytes = 0;
      moveTo(next);
    },
    resume(next, eventId) {
      sendNewest();
      const rest = after(eventId);
      if (lost === eventId || (over && rest.length === 0)) {
        sendNothingMore(next);
        return;
      }
      moveTo(next);
      for (const frame of rest) next.write(frame);
      if (over) next.end();
    },
    heldBytes: () => bytes,
  };
}
