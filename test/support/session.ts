import type { IncomingMessage } from 'node:http';
import { exchange, type HeaderLines, openExchange } from './http-exchange.ts';
import { openStream, type SessionStream } from './session-stream.ts';
import { createSseParser } from './sse.ts';

/** A JSON-RPC message as far as tests look into it. */
export interface RpcMessage {
  readonly jsonrpc?: string;
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into results of any shape, and fail when it is another
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** What came back for one POST. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  /** The last message: the answer where there is one. */
  readonly message: RpcMessage;
  /** Its JSON text as it came: numbers and spellings kept. */
  readonly text: string;
  /** Every message in order, the answer last. */
  readonly messages: readonly RpcMessage[];
}

/** How one request is sent; `headers` come on top of the session's. */
export interface RequestOptions {
  readonly headers?: HeaderLines;
  readonly signal?: AbortSignal;
  /** Called for each message as it arrives, before the stream ends. */
  readonly onMessage?: (message: RpcMessage) => void;
}

/** One MCP session of revision 2025-11-25, spoken by hand over node:http, one connection per request. */
export interface Session {
  readonly id: string | undefined;
  /** The answer to initialize. */
  readonly opening: Reply;
  request(method: string, params?: unknown, options?: RequestOptions): Promise<Reply>;
  /** `tools/call`. */
  call(name: string, args?: unknown, options?: RequestOptions): Promise<Reply>;
  /** `<kind>/list`, first page. */
  list(
    kind: 'tools' | 'prompts' | 'resources' | 'resources/templates',
    options?: RequestOptions,
  ): Promise<Reply>;
  notify(method: string, params?: unknown, options?: RequestOptions): Promise<Reply>;
  /** Answers a request of the server; its id goes back as it came. */
  respond(id: RpcMessage['id'], result: unknown, options?: RequestOptions): Promise<Reply>;
  /** POSTs this text or these bytes as they are. */
  post(body: string | Buffer, options?: RequestOptions): Promise<Reply>;
  /** Opens the listening GET stream. */
  stream(options?: RequestOptions & { readonly lastEventId?: string }): Promise<SessionStream>;
  /** Sends DELETE; resolves to the status. */
  delete(options?: RequestOptions): Promise<number>;
}

/** How a session is opened; `headers` go on every request of it, `openingHeaders` on initialize only. */
export interface SessionOptions {
  readonly token?: string;
  readonly headers?: HeaderLines;
  readonly openingHeaders?: HeaderLines;
  readonly capabilities?: Record<string, unknown>;
  readonly clientInfo?: { readonly name: string; readonly version: string };
  readonly protocolVersion?: string;
}

/** Sends one JSON-RPC message by POST, outside of any session. */
export async function postMessage(
  url: string,
  body: string | Buffer,
  headers: HeaderLines = [],
  { signal, onMessage }: RequestOptions = {},
): Promise<Reply> {
  const standard: HeaderLines = [
    ['Content-Type', 'application/json'],
    ['Accept', 'application/json, text/event-stream'],
  ];
  const kept = standard.filter(
    ([name]) => !headers.some(([given]) => given.toLowerCase() === name.toLowerCase()),
  );
  const response = await openExchange(url, {
    headers: [...kept, ...headers],
    body,
    ...(signal ? { signal } : {}),
  });
  const texts: string[] = [];
  const take = (text: string): void => {
    texts.push(text);
    onMessage?.(parse(text));
  };
  await readMessages(response, take);
  const { statusCode = 0, headers: folded, rawHeaders } = response;
  const text = texts.at(-1) ?? '';
  return {
    status: statusCode,
    headers: folded,
    rawHeaders,
    text,
    message: parse(text),
    messages: texts.map(parse),
  };
}

/** Opens a session with initialize and the initialized notification. A refusal is in `opening`; nothing is thrown. */
export async function openSession(url: string, options: SessionOptions = {}): Promise<Session> {
  const own: HeaderLines = [
    ...(options.token === undefined ? [] : ([['Authorization', `Bearer ${options.token}`]] as const)),
    ...(options.headers ?? []),
  ];
  const protocolVersion = options.protocolVersion ?? '2025-11-25';
  const clientInfo = options.clientInfo ?? { name: 'test-client', version: '1.0.0' };
  const params = { protocolVersion, capabilities: options.capabilities ?? {}, clientInfo };
  const first = rpc({ id: 'init', method: 'initialize', params });
  const opening = await postMessage(url, first, [...own, ...(options.openingHeaders ?? [])]);
  const id = opening.headers['mcp-session-id'] as string | undefined;
  const negotiated = (opening.message.result?.protocolVersion as string | undefined) ?? protocolVersion;
  const lines: HeaderLines = [
    ...own,
    ['MCP-Protocol-Version', negotiated],
    ...(id === undefined ? [] : ([['Mcp-Session-Id', id]] as const)),
  ];
  let nextId = 1;
  const post: Session['post'] = (body, more = {}) =>
    postMessage(url, body, [...lines, ...(more.headers ?? [])], more);
  const request: Session['request'] = (method, given, more) => {
    const message = { id: nextId, method, ...(given === undefined ? {} : { params: given }) };
    nextId += 1;
    return post(rpc(message), more);
  };
  const notify: Session['notify'] = (method, given, more) =>
    post(rpc({ method, ...(given === undefined ? {} : { params: given }) }), more);
  if (opening.status === 200 && opening.message.result) await notify('notifications/initialized');
  return {
    id,
    opening,
    request,
    notify,
    post,
    call: (name, args = {}, more = {}) => request('tools/call', { name, arguments: args }, more),
    list: (kind, more) => request(`${kind}/list`, {}, more),
    respond: (answered, result, more) => post(rpc({ id: answered, result }), more),
    stream: ({ lastEventId, ...more } = {}) => {
      const resume: HeaderLines = lastEventId === undefined ? [] : [['Last-Event-ID', lastEventId]];
      return openStream(url, [...lines, ...resume, ...(more.headers ?? [])]);
    },
    delete: async (more = {}) => {
      const headers = [...lines, ...(more.headers ?? [])];
      return (await exchange(url, { method: 'DELETE', headers })).status;
    },
  };
}

async function readMessages(response: IncomingMessage, take: (text: string) => void): Promise<void> {
  if (response.headers['content-type']?.startsWith('text/event-stream')) {
    const feed = createSseParser();
    for await (const chunk of response) {
      for (const { data } of feed(chunk as Buffer)) if (data) take(data);
    }
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  if (chunks.length > 0) take(Buffer.concat(chunks).toString('utf8'));
}

function parse(text: string): RpcMessage {
  try {
    return JSON.parse(text) as RpcMessage;
  } catch {
    // A refusal may be plain text; its reader has `text`.
    return {};
  }
}

function rpc(message: object): string {
  return JSON.stringify({ jsonrpc: '2.0', ...message });
}
