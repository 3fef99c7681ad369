import type { IncomingMessage } from 'node:http';
import { type HeaderLines, openExchange } from './http-exchange.ts';
import { createSseParser } from './sse.ts';

export const PREFIX = 'io.modelcontextprotocol/';

/** One request of 2026-07-28, written by hand. What is given replaces what a proper client would send. */
export interface ModernRequest {
  readonly id?: number | string;
  /** Members of `_meta` besides the envelope; `undefined` takes one of it away. */
  readonly meta?: Record<string, unknown>;
  readonly capabilities?: object;
  /** Headers in place of the mirrored ones; `undefined` leaves one out. */
  readonly mirrored?: Record<string, string | undefined>;
  readonly headers?: HeaderLines;
  readonly signal?: AbortSignal;
}

/** A message of the gateway. */
export interface ModernReply {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Sends a request and answers as soon as the header section of the answer is there. */
export function openModern(
  url: string,
  method: string,
  params: Record<string, unknown> = {},
  request: ModernRequest = {},
): Promise<IncomingMessage> {
  const _meta = {
    [`${PREFIX}protocolVersion`]: '2026-07-28',
    [`${PREFIX}clientInfo`]: { name: 'by-hand', version: '1' },
    [`${PREFIX}clientCapabilities`]: request.capabilities ?? {},
    ...request.meta,
  };
  const name = method === 'resources/read' ? params.uri : params.name;
  const mirrored = {
    'MCP-Protocol-Version': '2026-07-28',
    'Mcp-Method': method,
    'Mcp-Name': typeof name === 'string' ? name : undefined,
    ...request.mirrored,
  };
  return openExchange(url, {
    headers: [
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json, text/event-stream'],
      ...Object.entries(mirrored).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value] as const],
      ),
      ...(request.headers ?? []),
    ],
    body: JSON.stringify({ jsonrpc: '2.0', id: request.id ?? 1, method, params: { ...params, _meta } }),
    ...(request.signal ? { signal: request.signal } : {}),
  });
}

/** Sends a request and reads the answer to its end: status, what came before it, and the answer. */
export async function sendModern(...request: Parameters<typeof openModern>) {
  const response = await openModern(...request);
  const messages: ModernReply[] = [];
  for await (const message of modernMessages(response)) messages.push(message);
  const reply = messages.pop() ?? {};
  return { status: response.statusCode, headers: response.headers, messages, ...reply };
}

/** The messages of an answer as they come, whether JSON or events. */
export async function* modernMessages(response: IncomingMessage): AsyncGenerator<ModernReply> {
  if (response.headers['content-type'] !== 'text/event-stream') {
    const body = Buffer.concat(await response.toArray());
    if (body.length > 0) yield JSON.parse(body.toString('utf8'));
    return;
  }
  const parse = createSseParser();
  for await (const chunk of response) {
    for (const { data } of parse(chunk as Buffer)) if (data !== undefined) yield JSON.parse(data);
  }
}
