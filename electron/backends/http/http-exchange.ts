import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { faultyAnswer, unreachable } from '../failure.ts';
import type { BackendFailure } from '../transport.ts';
import { CONNECT_TIMEOUT, shortenIdle } from './create-agent.ts';
import { redirectTarget } from './redirect.ts';
import { countPassedBytes } from './young-collection.ts';

// Not by `import`, which reads every export: see the gateway's own server.
const { request: httpRequest } = process.getBuiltinModule('node:http');

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

/** Longest header section of an answer (HTP-03). */
const MAX_HEADER_BYTES = 32 * 1024;
/** Bodies up to this size go out together with their header section. */
const ONE_PIECE_BYTES = 16 * 1024;

/**
 * One HTTP request to a backend, without promises on the path. Redirects are followed on the same scheme, host and
 * port only; a refused one has sent nothing to the second host (HTP-05). No event comes before this has returned.
 */
export function sendHttp(pool: Agent, request: HttpRequest, events: HttpEvents): HttpHandle {
  let outgoing: ClientRequest | undefined;
  let over = false;

  function finish(report: () => void): void {
    if (over) return;
    over = true;
    report();
  }

  function abort(): void {
    over = true;
    outgoing?.destroy();
  }

  function fail(error: Error): void {
    finish(() => events.failed(networkFailure(request.backend, error)));
    outgoing?.destroy();
  }

  /** A fault in what is done with an answer is this request's own, and not the process's. */
  function safely(step: () => void): void {
    try {
      step();
    } catch (error) {
      fail(error instanceof Error ? error : new Error('failed'));
    }
  }

  function take(response: IncomingMessage): void {
    events.started({
      status: response.statusCode ?? 0,
      header: (name) => firstField(response.rawHeaders, name),
      pause: () => response.pause(),
      resume: () => response.resume(),
      abort,
    });
    const keepAlive = firstField(response.rawHeaders, 'keep-alive');
    if (keepAlive !== undefined) shortenIdle(response.socket, keepAlive);
    response.on('data', (chunk: Buffer) => {
      countPassedBytes(chunk.length);
      safely(() => over || events.data(chunk));
    });
    response.on('end', () => safely(() => finish(() => events.ended())));
  }

  function follow(response: IncomingMessage, from: URL, redirects: number): void {
    const location = firstField(response.rawHeaders, 'location');
    const status = response.statusCode ?? 0;
    const target = redirectTarget(request, from, status, location, redirects, MAX_REDIRECTS);
    if (target.ok) response.resume().on('end', () => over || dispatch(target.url, redirects + 1));
    else {
      finish(() => events.failed(target.failure));
      outgoing?.destroy();
    }
  }

  function dispatch(url: URL, redirects: number): void {
    try {
      outgoing = open(pool, request, url);
    } catch (error) {
      // A header that cannot be sent. Not at once: the caller has no handle yet.
      queueMicrotask(() => fail(error as Error));
      return;
    }
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      response.on('error', fail);
      if (over) return;
      const status = response.statusCode ?? 0;
      if (status >= 300 && status < 400 && status !== 304) follow(response, url, redirects);
      else safely(() => take(response));
    });
  }

  dispatch(request.url, 0);
  return { abort };
}

/** @throws TypeError when a header cannot be sent. */
function open(agent: Agent, { method, headers, body }: HttpRequest, url: URL): ClientRequest {
  const length = method === 'POST' ? ['Content-Length', String(body?.length ?? 0)] : [];
  const outgoing = httpRequest({
    agent,
    method,
    protocol: url.protocol,
    // An IPv6 address stands in brackets in a URL only.
    hostname: url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname,
    port: url.port,
    path: url.pathname + url.search,
    headers: ['Host', url.host, ...headers, ...length],
    maxHeaderSize: MAX_HEADER_BYTES,
  });
  // Node writes a header section and a string in one piece, but a header section and a buffer in two.
  if (body === undefined) outgoing.end();
  else if (body.length <= ONE_PIECE_BYTES) outgoing.end(body.toString('latin1'), 'latin1');
  else outgoing.end(body);
  return outgoing;
}

/** The first of the fields of this name (in lower case), whatever else the list of names and values holds. */
function firstField(rawHeaders: readonly string[], name: string): string | undefined {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const field = rawHeaders[at] as string;
    if (field.length === name.length && field.toLowerCase() === name) return rawHeaders[at + 1];
  }
  return undefined;
}

/** Names the cause by its code only: an error's own text may quote the peer. */
function networkFailure(backend: string, error: Error): BackendFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (code === 'HPE_HEADER_OVERFLOW') {
    return faultyAnswer(backend, 'sent an answer header section over 32 KiB');
  }
  if (code.startsWith('HPE_')) return faultyAnswer(backend, `sent an answer that is not HTTP (${code})`);
  return unreachable(backend, code, NOT_SENT.has(code));
}

/** Errors that arise before a byte of the request was sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  CONNECT_TIMEOUT,
]);
