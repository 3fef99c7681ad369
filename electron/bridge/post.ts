import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { MAX_MESSAGE_BYTES } from '../backends/wire/answer-check.ts';
import { createSseSplitter } from '../backends/wire/sse-splitter.ts';

export interface Posted {
  readonly status: number;
  readonly sessionId: string | undefined;
  /** Messages that could not be told at once: the body of a JSON answer or of an error. */
  readonly body: Buffer;
}

/** The gateway could not be reached; nothing was acted upon where `notSent` says so. */
export interface Unreachable {
  readonly cause: string;
  readonly notSent: boolean;
}

/** Where the gateway is. node:http, not undici: the bridge is one small file that starts with every client. */
export interface PostTarget {
  readonly agent: Agent;
  readonly url: URL;
}

/**
 * Sends one message and tells every message that comes back as soon as it is whole. Resolves at the end of the answer;
 * rejects never. `signal` closes it, which the gateway takes for giving it up where the message is of the modern era.
 */
export function post(
  target: PostTarget,
  headers: readonly string[],
  body: Buffer | undefined,
  tell: (message: Buffer) => void,
  signal?: AbortSignal,
): Promise<Posted | Unreachable> {
  return new Promise((resolve) => {
    const method = body === undefined ? 'DELETE' : 'POST';
    const request = open(
      target,
      method,
      [...headers, 'Content-Length', String(body?.length ?? 0)],
      (response) => {
        const parts: Buffer[] = [];
        const read = isEventStream(response) ? eventReader(tell) : (chunk: Buffer) => void parts.push(chunk);
        response.on('data', read);
        response.on('error', (error) => resolve({ cause: codeOf(error), notSent: false }));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            sessionId: sessionOf(response),
            body: Buffer.concat(parts),
          }),
        );
      },
      signal,
    );
    request.on('error', (error) =>
      resolve({ cause: codeOf(error), notSent: codeOf(error) === 'ECONNREFUSED' }),
    );
    request.end(body);
  });
}

/** Opens the listening stream; `ended` is told once when it is over, for whatever reason. */
export function listenOnce(
  target: PostTarget,
  headers: readonly string[],
  tell: (message: Buffer) => void,
  ended: (status: number) => void,
): { readonly abort: () => void } {
  let over = false;
  const end = (status: number): void => {
    if (!over) ended(status);
    over = true;
  };
  const request = open(target, 'GET', headers, (response) => {
    const status = response.statusCode ?? 0;
    response.on('data', status === 200 ? eventReader(tell) : () => undefined);
    response.on('close', () => end(status));
    response.on('error', () => end(0));
  });
  request.on('error', () => end(0));
  request.end();
  return { abort: () => void request.destroy() };
}

function open(
  { agent, url }: PostTarget,
  method: string,
  headers: readonly string[],
  answered: (response: IncomingMessage) => void,
  signal?: AbortSignal,
): ClientRequest {
  const host = ['Host', url.host];
  const options = {
    agent,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: url.pathname,
    method,
    ...(signal === undefined ? {} : { signal }),
  };
  const request = httpRequest({ ...options, headers: [...host, ...headers] }, answered);
  request.setNoDelay(true);
  return request;
}

function eventReader(tell: (message: Buffer) => void): (chunk: Buffer) => void {
  const splitter = createSseSplitter(MAX_MESSAGE_BYTES, ({ data }) => {
    if (data !== undefined && data.length > 0) tell(data);
  });
  return (chunk) => void splitter.push(chunk);
}

function isEventStream(response: IncomingMessage): boolean {
  return response.headers['content-type']?.startsWith('text/event-stream') === true;
}

function sessionOf({ headers }: IncomingMessage): string | undefined {
  const value = headers['mcp-session-id'];
  return Array.isArray(value) ? value[0] : value;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
