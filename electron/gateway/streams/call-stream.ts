import type { ServerResponse } from 'node:http';
import { frameEvent, frameMark, KEEP_ALIVE_COMMENT } from '../../backends/wire/sse-writer.ts';
import { beginEvents } from '../edge/answers.ts';

/** Names the events of one call towards its client, so that it can come back to them (MCP 2025-11-25, resumability). */
export interface EventNames {
  /** The backend's own id with the call's tag, or an id of ours where the backend gave none. */
  of(backendEventId: string | undefined): string;
  /** The backend's own id behind a name of this call; `undefined` for any other. */
  backendIdOf(eventId: string): string | undefined;
  /** Whether the client takes events without a message: revisions before 2025-11-25 had none. */
  readonly takesMarks: boolean;
}

/** One call's answer as an event stream. It outlives the connection that it began on. */
export interface CallStream {
  /** The connection that it goes to at present; may be over. */
  response(): ServerResponse;
  event(message: Buffer, backendEventId?: string): void;
  /** An event without a message: an id to come back to, and how long the client should wait. */
  mark(backendEventId: string | undefined, retryMs: number | undefined): void;
  last(message: Buffer, backendEventId?: string): void;
  /** Ends the connection, not the call, where the client knows how to come back. */
  pause(): void;
  /** Keeps a quiet connection open; the first time with an id to come back to. */
  comment(): void;
  end(): void;
  /** Whether a client can come back to this event. */
  has(eventId: string): boolean;
  /** Goes on on another connection, with what came after this event. */
  resume(response: ServerResponse, eventId: string): void;
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
  const log: Sent[] = [];
  beginEvents(caller);

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

  function moveTo(next: ServerResponse): void {
    if (!response.writableEnded) response.destroy();
    response = next;
    beginEvents(next);
    next.flushHeaders();
  }

  function end(): void {
    over = true;
    response.end();
  }

  return {
    response: () => response,
    event: (message, id) => write(named(id, (name) => frameEvent(message, name))),
    mark(backendEventId, retryMs) {
      if (names?.takesMarks !== true) return;
      if (backendEventId === undefined) write(frameMark(undefined, retryMs));
      else write(named(backendEventId, (id) => frameMark(id, retryMs)));
    },
    last(message, backendEventId) {
      const isThere = isHeard();
      const frame = named(backendEventId, (id) => frameEvent(message, id));
      if (isThere) response.write(frame);
      end();
      // A client that is there gets it now; so much is not kept in case that it does not.
      if (isThere && frame.length > MAX_LOG_BYTES && log.at(-1)?.frame === frame) {
        log.pop();
        bytes -= frame.length;
      }
    },
    pause() {
      if (log.length > 0 && names?.takesMarks === true) response.end();
    },
    comment() {
      if (log.length > 0 || names?.takesMarks !== true) write(KEEP_ALIVE_COMMENT);
      else write(named(undefined, (id) => frameMark(id, undefined)));
    },
    end,
    has: (eventId) => log.some(({ id }) => id === eventId),
    backendIdOf: (eventId) => (hasForgotten ? names?.backendIdOf(eventId) : undefined),
    restart(next) {
      log.length = 0;
      bytes = 0;
      moveTo(next);
    },
    resume(next, eventId) {
      const from = log.findIndex(({ id }) => id === eventId);
      moveTo(next);
      for (const { frame } of log.slice(from + 1)) next.write(frame);
      if (over) next.end();
    },
    heldBytes: () => bytes,
  };
}
