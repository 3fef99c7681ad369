import { faultyAnswer } from '../failure.ts';
import type { AnswerReceiver, BackendFailure } from '../transport.ts';
import { MAX_MESSAGE_BYTES } from '../wire/answer-check.ts';
import { MAX_ERROR_BYTES, relayHttpError, statusFailure } from './error-answer.ts';
import { createEventAnswer, type StreamPosition } from './event-answer.ts';
import type { HttpEvents, HttpResponse } from './http-exchange.ts';
import { createJsonAnswer, type JsonAnswer } from './json-answer.ts';

export interface PostContext {
  readonly backend: string;
  readonly idText: string;
  readonly hasSession: boolean;
  /** For initialize only: takes over the session id of the answer. */
  readonly adoptSession: ((sessionId: string | undefined) => BackendFailure | undefined) | undefined;
  readonly dropped: () => void;
  readonly refused: (status: number, challenge: string | undefined) => void;
  /** Told of an HTTP error and its body, after it was relayed. */
  readonly turnedAway: (status: number, body: Buffer) => void;
  /** Takes over where an event stream is gone before its answer and can be taken up again. */
  readonly resume?: (position: StreamPosition, endedInPeace: boolean) => void;
}

/** How long a stream may stay open behind its answer: it should end there, and nobody makes it (2025-11-25, transports). */
const LINGER_MS = 1_000;

/** Reads the response to one POSTed request: JSON, an event stream, or an HTTP error. `over` is called once. */
export function receivePost(context: PostContext, receiver: AnswerReceiver, over: () => void): HttpEvents {
  const { backend, idText } = context;
  let response: HttpResponse | undefined;
  let answer: JsonAnswer | undefined;
  let errorBody: Buffer[] = [];
  let errorBytes = 0;
  let done = false;
  let linger: NodeJS.Timeout | undefined;
  let isAwaitingEnd = false;
  const position: StreamPosition = { lastEventId: undefined, retryMs: undefined };

  function fail(fault: BackendFailure): void {
    if (done) return;
    done = true;
    over();
    receiver.failed(fault);
    response?.abort();
  }

  /** A stream that gave an id is not lost with its connection (MCP 2025-11-25, resumability). */
  function failOrResume(fault: BackendFailure, endedInPeace: boolean): void {
    if (done || position.lastEventId === undefined || context.resume === undefined) {
      fail(fault);
      return;
    }
    done = true;
    context.resume(position, endedInPeace);
  }

  /**
   * After the answer a response brings nothing that counts; one that stays open would keep its connection for ever. As a
   * rule its end came in the same piece and is known by the end of this turn.
   */
  function awaitEnd(): void {
    isAwaitingEnd = true;
    queueMicrotask(() => {
      if (done) return;
      linger = setTimeout(() => {
        if (done) return;
        done = true;
        over();
        response?.abort();
      }, LINGER_MS);
      linger.unref();
    });
  }

  function begin(started: HttpResponse): void {
    response = started;
    if (started.status < 200 || started.status >= 300) {
      if (started.status === 401 || started.status === 403) {
        context.refused(started.status, started.header('www-authenticate'));
      }
      return;
    }
    const sessionFault = context.adoptSession?.(started.header('mcp-session-id'));
    const type = mediaType(started.header('content-type'));
    if (sessionFault !== undefined) fail(sessionFault);
    else if (type === 'application/json' && (lengthOf(started) ?? 0) > MAX_MESSAGE_BYTES)
      // Before its caller is promised as much: an answer that has begun can only be cut (HTP-03).
      fail(faultyAnswer(backend, 'sent an answer over 32 MiB', 'backend.answer-too-large'));
    else if (type === 'application/json')
      answer = createJsonAnswer(backend, idText, receiver, lengthOf(started));
    else if (type === 'text/event-stream') {
      answer = createEventAnswer(backend, idText, receiver, position, context.dropped);
    } else if (started.status === 202 || started.status === 204) {
      fail(faultyAnswer(backend, `took the request without answering it (HTTP ${started.status})`));
    } else
      fail(faultyAnswer(backend, 'answered with a content type that is neither JSON nor an event stream'));
  }

  return {
    started: begin,
    data(chunk) {
      if (done) return;
      if (answer === undefined) {
        errorBytes += chunk.length;
        if (errorBytes <= MAX_ERROR_BYTES) errorBody.push(chunk);
        return;
      }
      const fault = answer.data(chunk);
      if (fault !== undefined) {
        fail(fault);
        return;
      }
      if (!isAwaitingEnd && answer.isComplete()) awaitEnd();
      if (receiver.full() && response !== undefined) {
        const paused = response;
        paused.pause();
        receiver.onDrain(() => paused.resume());
      }
    },
    ended() {
      clearTimeout(linger);
      if (done) return;
      const fault = answer?.end();
      if (fault !== undefined) failOrResume(fault, true);
      else if (answer !== undefined) {
        done = true;
        over();
      } else {
        done = true;
        over();
        const status = response?.status ?? 0;
        if (errorBytes > MAX_ERROR_BYTES) receiver.failed(statusFailure(backend, status, context.hasSession));
        else {
          const body = Buffer.concat(errorBody);
          relayHttpError(context, status, body, receiver);
          context.turnedAway(status, body);
        }
        errorBody = [];
      }
    },
    failed: (fault) => failOrResume(fault, false),
  };
}

/** The length that the response has by its own words; Node's parser holds it to them. */
function lengthOf(response: HttpResponse): number | undefined {
  const length = response.header('content-length');
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

function mediaType(value: string | undefined): string {
  return (value?.split(';', 1)[0] ?? '').trim().toLowerCase();
}
