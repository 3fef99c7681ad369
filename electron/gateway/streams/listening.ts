import type { ServerResponse } from 'node:http';
import { frameEvent, KEEP_ALIVE_COMMENT } from '../../backends/wire/sse-writer.ts';
import { beginEvents } from '../edge/answers.ts';

/** The client's listening streams (GET): messages outside of any call, from all backends of its session. */
export interface ListeningStreams {
  /** Attaches a stream; replays what came after `lastEventId` and what was waiting. */
  attach(response: ServerResponse, lastEventId: string | undefined): void;
  isOpen(): boolean;
  /** Sends to one stream only, the newest; waits in the log while there is none. */
  send(message: Buffer): void;
  keepAlive(): void;
  close(): void;
}

interface LoggedEvent {
  readonly number: number;
  readonly message: Buffer;
}

/** Events kept for a client that comes back, by count and by bytes. */
const MAX_EVENTS = 512;
const MAX_LOG_BYTES = 1024 * 1024;
/** Bytes that may wait for a client that does not read; above it the stream ends and the client resumes. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/**
 * One position over many sources needs a log of our own (protocol.md hazard 22): bounded, in memory, with ids that
 * begin with this session's own tag, so that another session's id replays nothing (TRN-18).
 */
export function createListeningStreams(tag: string): ListeningStreams {
  const log: LoggedEvent[] = [];
  let streams: ServerResponse[] = [];
  let bytes = 0;
  let counter = 0;
  /** The last event that went out on any stream. */
  let delivered = 0;

  function write(stream: ServerResponse, event: LoggedEvent): void {
    stream.write(frameEvent(event.message, `${tag}-${event.number}`));
    delivered = Math.max(delivered, event.number);
    if (stream.writableLength > MAX_UNREAD_BYTES) stream.destroy();
  }

  function remember(event: LoggedEvent): void {
    log.push(event);
    bytes += event.message.length;
    while (log.length > MAX_EVENTS || (bytes > MAX_LOG_BYTES && log.length > 1)) {
      bytes -= log.shift()?.message.length ?? 0;
    }
  }

  return {
    attach(response, lastEventId) {
      beginEvents(response);
      response.flushHeaders();
      response.once('close', () => {
        streams = streams.filter((stream) => stream !== response);
      });
      const after = positionOf(tag, lastEventId) ?? delivered;
      for (const event of log.filter(({ number }) => number > after)) write(response, event);
      streams.push(response);
    },
    isOpen: () => streams.length > 0,
    send(message) {
      const event = { number: ++counter, message };
      remember(event);
      const newest = streams.at(-1);
      if (newest !== undefined) write(newest, event);
    },
    keepAlive() {
      for (const stream of streams) if (!stream.writableNeedDrain) stream.write(KEEP_ALIVE_COMMENT);
    },
    close() {
      for (const stream of streams) stream.end();
      streams = [];
    },
  };
}

function positionOf(tag: string, eventId: string | undefined): number | undefined {
  if (eventId === undefined || !eventId.startsWith(`${tag}-`)) return undefined;
  const number = Number(eventId.slice(tag.length + 1));
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
