import type { Dispatcher } from 'undici';
import { backoffDelay } from '../backoff.ts';
import type { OutgoingHeaders } from '../outgoing/chain.ts';
import type { TransportEvents } from '../transport.ts';
import { MAX_MESSAGE_BYTES } from '../wire/answer-check.ts';
import { sortEach } from '../wire/inbound.ts';
import { createSseSplitter, type ServerSentEvent } from '../wire/sse-splitter.ts';
import { statusFailure } from './error-answer.ts';
import { type HttpHandle, sendHttp } from './http-exchange.ts';
import type { StreamHeaders } from './with-headers.ts';

export interface ListenOptions {
  readonly backend: string;
  readonly url: URL;
  readonly pool: Dispatcher;
  /** The backend gave a session id, which it may forget. */
  readonly hasSession: boolean;
  readonly headers: StreamHeaders;
  readonly events: TransportEvents;
  readonly dropped: () => void;
  readonly now: () => number;
}

export interface ListenStream {
  /** Opens it anew at once, from where it stood; nothing happens at a server that has no such stream. */
  renew(): void;
  close(): void;
}

/** 408, 425, 429: not now. 409: the server has not noticed yet that the stream before this one is gone. */
const TRY_LATER = new Set([408, 409, 425, 429]);
/** What is read of a refusal, so that its connection can be used again. */
const MAX_UNREAD_BYTES = 64 * 1024;
const FIRST_WAIT_MS = 500;
/** A network that is back is found within 10 s (NET-01). */
const LONGEST_WAIT_MS = 8_000;
/** A stream that held this long counts as healthy: the next wait starts small again. */
const HEALTHY_MS = 10_000;

/**
 * Keeps the backend's listening stream open: server requests and notifications outside of any call. Reopens it with
 * back-off and `Last-Event-ID`; a server without one (405) is left alone; a forgotten session ends the conversation.
 */
export function openListenStream(options: ListenOptions): ListenStream {
  let closed = false;
  let isThere = true;
  let attempt = 0;
  let lastEventId: string | undefined;
  let retryMs: number | undefined;
  let handle: HttpHandle | undefined;
  let timer: NodeJS.Timeout | undefined;

  function take(event: ServerSentEvent): void {
    if (event.id !== undefined) lastEventId = event.id;
    if (event.retry !== undefined) retryMs = event.retry;
    if (event.data === undefined || event.data.length === 0 || closed) return;
    sortEach(event.data, event.id, (inbound) => {
      if (inbound.kind === 'message') options.events.unsolicited(inbound.message);
      else options.dropped();
    });
  }

  function again(): void {
    if (closed) return;
    const wait =
      retryMs !== undefined && attempt === 0
        ? retryMs
        : backoffDelay(attempt, FIRST_WAIT_MS, LONGEST_WAIT_MS);
    attempt++;
    timer = setTimeout(connect, wait);
    timer.unref();
  }

  function connect(): void {
    options.headers(lastEventId, start, again);
  }

  function start(headers: OutgoingHeaders): void {
    if (closed) return;
    const openedAt = options.now();
    const splitter = createSseSplitter(MAX_MESSAGE_BYTES, take);
    let streaming = false;
    let refused = false;
    let unread = 0;
    const { backend, url } = options;
    handle = sendHttp(
      options.pool,
      { backend, url, method: 'GET', headers: headers.flat },
      {
        started(response) {
          streaming = response.status === 200 && isEventStream(response.header('content-type'));
          if (streaming) return;
          refused = true;
          // Without a session nothing can be forgotten: such a server has no stream, and says it in the wrong words.
          if (response.status === 404 && options.hasSession)
            options.events.closed(statusFailure(backend, 404, true));
          else if (response.status >= 500 || TRY_LATER.has(response.status)) again();
          else if (lastEventId !== undefined && response.status !== 405) {
            // The place where it stood is forgotten there: what was missed is lost, what comes is not.
            lastEventId = undefined;
            again();
          } else isThere = false;
        },
        data(chunk) {
          if (refused) {
            // The connection serves the next request, unless the refusal does not end.
            unread += chunk.length;
            if (unread > MAX_UNREAD_BYTES) release();
          } else if (!splitter.push(chunk)) {
            release();
            again();
          }
        },
        ended() {
          handle = undefined;
          if (refused) return;
          if (options.now() - openedAt > HEALTHY_MS) attempt = 0;
          again();
        },
        failed() {
          handle = undefined;
          if (!refused) again();
        },
      },
    );
  }

  /** Lets go of the request: what it holds is a connection's worth of memory, for each session and backend. */
  function release(): void {
    handle?.abort();
    handle = undefined;
  }

  connect();
  return {
    renew() {
      if (closed || !isThere) return;
      clearTimeout(timer);
      release();
      attempt = 0;
      connect();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      release();
    },
  };
}

function isEventStream(value: string | undefined): boolean {
  return value?.toLowerCase().startsWith('text/event-stream') === true;
}
