import { type IncomingMessage, request as requestHttp } from 'node:http';

/** Header lines in order; a name may come twice. Values are latin1: one character is one byte. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** One request, sent as it is. Host, Content-Length and Connection are added unless given. */
export interface ExchangeOptions {
  readonly method?: string;
  readonly headers?: HeaderLines;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal;
}

/** A complete answer. */
export interface Exchange {
  readonly status: number;
  /** Folded by Node; use `rawHeaders` where lines matter. */
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** Sends one request on a connection of its own and answers as soon as the header section of the answer is there. */
export function openExchange(url: string, options: ExchangeOptions = {}): Promise<IncomingMessage> {
  const body = typeof options.body === 'string' ? Buffer.from(options.body) : options.body;
  const given = options.headers ?? [];
  const missing = (name: string): boolean => !given.some(([known]) => known.toLowerCase() === name);
  const lines: [string, string][] = given.map(([name, value]) => [name, value]);
  if (missing('host')) lines.unshift(['Host', new URL(url).host]);
  if (body && missing('content-length') && missing('transfer-encoding')) {
    lines.push(['Content-Length', String(body.length)]);
  }
  if (missing('connection')) lines.push(['Connection', 'close']);
  return new Promise((resolve, reject) => {
    const request = requestHttp(url, {
      method: options.method ?? 'POST',
      agent: false,
      headers: lines.flat(),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    request.once('response', resolve).once('error', reject).end(body);
  });
}

/** Like {@link openExchange}, with the whole body read. */
export async function exchange(url: string, options: ExchangeOptions = {}): Promise<Exchange> {
  const response = await openExchange(url, options);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { statusCode = 0, headers, rawHeaders } = response;
  return { status: statusCode, headers, rawHeaders, body: Buffer.concat(chunks) };
}
