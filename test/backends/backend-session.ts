import type { ServerResponse } from 'node:http';
import { createQuestions, type Questions } from './conversation.ts';
import { sseEvent } from './response-writing.ts';

/** One session of a test backend: its listening streams and its open questions. */
export interface BackendSession {
  readonly id: string | undefined;
  readonly questions: Questions;
  readonly streams: Set<ServerResponse>;
  /** Sends a message on the newest listening stream; kept until there is one. */
  push(text: string): void;
  /** Takes over a response as listening stream. */
  attach(response: ServerResponse, options: { eventIds: boolean; preamble?: string }): void;
  end(): void;
}

/** A session without streams. */
export function createBackendSession(id: string | undefined): BackendSession {
  const streams = new Set<ServerResponse>();
  const waiting: string[] = [];
  let eventIds = false;
  let lastEvent = 0;
  const push = (text: string): void => {
    const stream = [...streams].at(-1);
    if (!stream) {
      waiting.push(text);
      return;
    }
    lastEvent += 1;
    stream.write(sseEvent(text, eventIds ? String(lastEvent) : undefined));
  };
  return {
    id,
    questions: createQuestions(),
    streams,
    push,
    attach: (response, options) => {
      eventIds = options.eventIds;
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      response.write(options.preamble ?? ':\n\n');
      streams.add(response);
      response.once('close', () => streams.delete(response));
      for (const text of waiting.splice(0)) push(text);
    },
    end: () => {
      for (const stream of streams) stream.end();
    },
  };
}
