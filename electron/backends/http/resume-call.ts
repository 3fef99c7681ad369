import type { Dispatcher } from 'undici';
import { backoffDelay } from '../backoff.ts';
import { unreachable } from '../failure.ts';
import type { OutgoingHeaders } from '../outgoing/chain.ts';
import type { AnswerReceiver, BackendFailure } from '../transport.ts';
import { statusFailure } from './error-answer.ts';
import { createEventAnswer, type StreamPosition } from './event-answer.ts';
import { type HttpHandle, type HttpResponse, sendHttp } from './http-exchange.ts';
import type { JsonAnswer } from './json-answer.ts';
import type { StreamHeaders } from './with-headers.ts';

export interface ResumeOptions {
  readonly backend: string;
  readonly url: URL;
  readonly pool: Dispatcher;
  readonly hasSession: boolean;
  readonly idText: string;
  readonly receiver: AnswerReceiver;
  readonly dropped: () => void;
  readonly headers: StreamHeaders;
  /** Called once, when nothing of the call is under way any more. */
  readonly over: () => void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** A backend may ask for no wait at all; polling without a pause would be a loop. */
const SHORTEST_WAIT_MS = 50;
/** Attempts in a row that brought nothing: after that the stream is lost. */
const MAX_FAILURES = 6;

/**
 * Takes one call's stream up again by GET with `Last-Event-ID`, after the wait that the backend asked for, until its
 * answer is there (MCP 2025-11-25, resumability). The call's own time limit bounds the whole; a backend that refuses
 * to resume, or fails too often in a row, fails the call.
 */
export function resumeCall(options: ResumeOptions, position: StreamPosition): HttpHandle {
  const { backend, url, pool, receiver } = options;
  let failures = 0;
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  let handle: HttpHandle | undefined;

  function finish(): void {
    if (over) return;
    over = true;
    clearTimeout(timer);
    handle?.abort();
    options.over();
  }

  function fail(fault: BackendFailure): void {
    if (over) return;
    finish();
    receiver.failed(fault);
  }

  function again(): void {
    if (over) return;
    if (failures >= MAX_FAILURES) {
      fail(unreachable(backend, 'its stream could not be taken up again'));
      return;
    }
    const asked = position.retryMs ?? FIRST_WAIT_MS;
    const wait = failures === 0 ? asked : backoffDelay(failures, FIRST_WAIT_MS, LONGEST_WAIT_MS);
    timer = setTimeout(connect, Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, wait)));
    timer.unref();
  }

  function connect(): void {
    options.headers(position.lastEventId, listen, fail);
  }

  function listen(headers: OutgoingHeaders): void {
    if (over) return;
    let answer: JsonAnswer | undefined;
    let response: HttpResponse | undefined;
    // What comes after the answer is nobody's, and the backend may keep the stream open.
    const sink: AnswerReceiver = {
      ...receiver,
      answer(bytes, eventId) {
        finish();
        receiver.answer(bytes, eventId);
      },
    };
    const refusal = (status: number): void => {
      // 409: the backend has not noticed yet that the earlier connection is gone.
      if (status === 409 || status >= 500) failures++;
      else if (status === 404 && options.hasSession) fail(statusFailure(backend, status, true));
      else
        fail(unreachable(backend, `it ended its stream and answered HTTP ${status} to taking it up again`));
    };
    handle = sendHttp(
      pool,
      { backend, url, method: 'GET', headers: headers.flat },
      {
        started(started) {
          response = started;
          if (started.status !== 200 || !isEventStream(started.header('content-type')))
            refusal(started.status);
          else {
            failures = 0;
            answer = createEventAnswer(backend, options.idText, sink, position, options.dropped);
          }
        },
        data(chunk) {
          const fault = answer?.data(chunk);
          if (fault !== undefined) fail(fault);
          else if (!over && receiver.full() && response !== undefined) {
            const paused = response;
            paused.pause();
            receiver.onDrain(() => paused.resume());
          }
        },
        ended() {
          if (!over && answer !== undefined && position.retryMs !== undefined) receiver.paused?.();
          again();
        },
        failed() {
          failures++;
          again();
        },
      },
    );
  }

  again();
  return { abort: finish };
}

/** Whether this content type is that of an event stream. */
export function isEventStream(value: string | undefined): boolean {
  return value?.toLowerCase().startsWith('text/event-stream') === true;
}
