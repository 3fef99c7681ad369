import type { Dispatcher } from 'undici';
import { faultyAnswer, unreachable } from '../failure.ts';
import type { BackendFailure } from '../transport.ts';
import { createTurns } from '../wire/turns.ts';
import { redirectTarget } from './redirect.ts';
import { countPassedBytes } from './young-collection.ts';

export interface HttpRequest {
  readonly backend: string;
  readonly url: URL;
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly headers: string[];
  readonly body?: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /** Stops and restarts the flow of body bytes. */
  pause(): void;
  resume(): void;
  abort(): void;
}

export interface HttpEvents {
  started(response: HttpResponse): void;
  data(chunk: Buffer): void;
  ended(): void;
  /** Refused, broken, aborted by us excepted. */
  failed(failure: BackendFailure): void;
}

export interface HttpHandle {
  abort(): void;
}

/** Redirects that are followed at most (contract 1.9). */
const MAX_REDIRECTS = 10;

/** Informational answers before the real one; honest servers send one or two. */
const MAX_INFORMATIONAL = 32;

class Abandoned extends Error {}

/**
 * One HTTP request to a backend on undici's dispatch interface: no streams, no promises on the path. Redirects are
 * followed on the same scheme, host and port only; a refused one has sent nothing to the second host (HTP-05).
 * No event comes before this has returned.
 */
export function sendHttp(pool: Dispatcher, request: HttpRequest, events: HttpEvents): HttpHandle {
  let controller: Dispatcher.DispatchController | undefined;
  let over = false;
  let informational = 0;
  const turns = createTurns(
    () => controller?.pause(),
    () => controller?.resume(),
  );

  function finish(report: () => void): void {
    if (over) return;
    over = true;
    report();
  }

  function fail(error: unknown): void {
    finish(() => events.failed(networkFailure(request.backend, error)));
  }

  /** A fault in what is done with an answer is this request's own, and not the process's. */
  function safely(step: () => void): void {
    try {
      step();
    } catch (error) {
      fail(error);
      controller?.abort(new Abandoned());
    }
  }

  function dispatch(url: URL, redirects: number): void {
    let redirect: URL | undefined;
    pool.dispatch(
      {
        path: url.pathname + url.search,
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart(started) {
          controller = started;
          if (over) started.abort(new Abandoned());
        },
        onResponseStart(started, status, headers) {
          if (over) return;
          if (status < 200) {
            if (++informational <= MAX_INFORMATIONAL) return;
            finish(() =>
              events.failed(faultyAnswer(request.backend, 'sent informational answers without end')),
            );
            started.abort(new Abandoned());
            return;
          }
          if (status >= 300 && status < 400 && status !== 304) {
            const target = redirectTarget(
              request,
              url,
              status,
              single(headers.location),
              redirects,
              MAX_REDIRECTS,
            );
            if (target.ok) redirect = target.url;
            else {
              finish(() => events.failed(target.failure));
              started.abort(new Abandoned());
            }
            return;
          }
          const response = {
            status,
            header: (name: string) => single(headers[name]),
            pause: turns.pause,
            resume: turns.resume,
            abort,
          };
          safely(() => events.started(response));
        },
        onResponseData(_started, chunk) {
          countPassedBytes(chunk.length);
          if (!over && redirect === undefined) turns.take(() => safely(() => events.data(chunk)));
        },
        onResponseEnd() {
          if (redirect !== undefined) dispatch(redirect, redirects + 1);
          else safely(() => finish(() => events.ended()));
        },
        onResponseError(_started, error) {
          // A header that cannot be sent is refused at once, and the caller has no handle yet.
          if (controller === undefined) queueMicrotask(() => fail(error));
          else fail(error);
        },
      },
    );
  }

  function abort(): void {
    over = true;
    controller?.abort(new Abandoned());
  }

  dispatch(request.url, 0);
  return { abort };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Names the cause by its code only: an error's own text may quote the peer. */
function networkFailure(backend: string, error: unknown): BackendFailure {
  const code = codeOf(error);
  if (code === 'HPE_HEADER_OVERFLOW' || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return faultyAnswer(backend, 'sent an answer header section over 32 KiB');
  }
  // undici names the parser's complaint only where it has a code for it.
  if (code.startsWith('HPE_') || code === 'HTTPParserError')
    return faultyAnswer(backend, `sent an answer that is not HTTP (${code})`);
  return unreachable(backend, code, NOT_SENT.has(code));
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Errors that arise before a byte of the request was sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
