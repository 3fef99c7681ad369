import type { IncomingMessage } from 'node:http';
import { type ReceivedMessage, readMessage } from './rpc-message.ts';

const PATIENCE_MS = 10_000;

/** One HTTP request as it reached a test backend. */
export interface LoggedRequest {
  readonly httpMethod: string;
  readonly path: string;
  readonly rpc: ReceivedMessage | undefined;
  /** Names and values in turn, spelling and order kept, latin1. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly remotePort: number;
  /** The value of a header in any casing; several lines joined with `, `. */
  header(name: string): string | undefined;
}

/** Every request that reached a backend, oldest first. */
export interface RequestLog {
  readonly entries: LoggedRequest[];
  add(request: LoggedRequest): void;
  /** Those whose JSON-RPC method, or else HTTP method, is this one. */
  of(method: string): LoggedRequest[];
  /** The first request, past or to come, of this method or accepted by this predicate. Rejects after 10 s. */
  waitFor(wanted: string | ((request: LoggedRequest) => boolean)): Promise<LoggedRequest>;
}

/** An empty log. */
export function createRequestLog(): RequestLog {
  const entries: LoggedRequest[] = [];
  const watchers = new Set<(request: LoggedRequest) => void>();
  return {
    entries,
    add: (request) => {
      entries.push(request);
      for (const watcher of [...watchers]) watcher(request);
    },
    of: (method) => entries.filter((entry) => methodOf(entry) === method),
    waitFor: (wanted) => {
      const accepts = typeof wanted === 'string' ? (one: LoggedRequest) => methodOf(one) === wanted : wanted;
      const past = entries.find(accepts);
      if (past) return Promise.resolve(past);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(new Error(`no ${String(wanted)} came; there were: ${entries.map(methodOf).join(', ')}`));
        }, PATIENCE_MS);
        const look = (request: LoggedRequest): void => {
          if (!accepts(request)) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(request);
        };
        watchers.add(look);
      });
    },
  };
}

/** Reads a request to its end and describes it. */
export async function describeRequest(request: IncomingMessage): Promise<LoggedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { rawHeaders } = request;
  return {
    httpMethod: request.method ?? '',
    path: request.url ?? '',
    rpc: body.length > 0 ? readMessage(body) : undefined,
    rawHeaders,
    body,
    remotePort: request.socket.remotePort ?? 0,
    header: (name) => {
      const isWanted = (_: string, index: number): boolean =>
        index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name.toLowerCase();
      const values = rawHeaders.filter(isWanted);
      return values.length > 0 ? values.join(', ') : undefined;
    },
  };
}

function methodOf({ rpc, httpMethod }: LoggedRequest): string {
  return rpc?.method ?? (rpc === undefined ? httpMethod : 'response');
}
