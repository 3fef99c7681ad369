import { Agent, type IncomingMessage, request as send } from 'node:http';
import { performance } from 'node:perf_hooks';

/** Where a caller calls, and what it sends along with every request. */
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Answer {
  readonly sessionId: string | undefined;
  readonly message:
    | { readonly id?: unknown; readonly result?: unknown; readonly error?: unknown }
    | undefined;
  /** When the last byte came. */
  readonly arrivedAt: number;
}

interface Tools {
  readonly tools: readonly { readonly name: string }[];
  readonly nextCursor?: string;
}

/** One MCP session over Streamable HTTP, on kept connections of its own. */
export interface Caller {
  /** Calls the echo tool of the first backend, checks the answer, and tells how long it took, in ms. */
  call(size?: number): Promise<number>;
  /** Reads the whole tools list. */
  list(): Promise<Listed>;
  close(): Promise<void>;
}

export interface Listed {
  readonly count: number;
  /** Until the last byte had come, and until the caller had parsed it, in ms. */
  readonly arrivedMs: number;
  readonly readMs: number;
}

let tokens = 0;

/** Opens a session: initialize, initialized. With `tool` its list is not read to find the name. */
export async function openCaller(endpoint: Endpoint, tool?: string): Promise<Caller & { tool: string }> {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' });
  const url = new URL(endpoint.url);
  let sessionHeaders: Record<string, string> = {};
  let lastId = 0;

  function post(method: string, params: unknown, id?: number): Promise<Answer> {
    const body = JSON.stringify({ jsonrpc: '2.0', ...(id === undefined ? {} : { id }), method, params });
    const headers = {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'Content-Length': Buffer.byteLength(body),
      ...endpoint.headers,
      ...sessionHeaders,
    };
    return new Promise((resolve, reject) => {
      const outgoing = send(url, { agent, method: 'POST', headers }, (response) => {
        read(response).then(resolve, reject);
      });
      outgoing.setNoDelay(true);
      outgoing.on('error', reject).end(body);
    });
  }

  async function ask<T>(method: string, params: unknown): Promise<{ result: T; arrivedAt: number }> {
    const id = ++lastId;
    const { message, arrivedAt, sessionId } = await post(method, params, id);
    if (sessionId !== undefined) sessionHeaders = { 'Mcp-Session-Id': sessionId };
    if (message?.id !== id || message.result === undefined)
      throw new Error(`${method} was answered with ${JSON.stringify(message)?.slice(0, 200)}`);
    return { result: message.result as T, arrivedAt };
  }

  async function list(): Promise<Listed & { names: string[] }> {
    const started = performance.now();
    let arrived = started;
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const { result, arrivedAt } = await ask<Tools>('tools/list', cursor === undefined ? {} : { cursor });
      names.push(...result.tools.map(({ name }) => name));
      cursor = result.nextCursor;
      arrived = arrivedAt;
    } while (cursor !== undefined);
    const readMs = performance.now() - started;
    return { names, count: names.length, arrivedMs: arrived - started, readMs };
  }

  const hello = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  };
  await ask('initialize', hello);
  sessionHeaders = { ...sessionHeaders, 'MCP-Protocol-Version': '2025-11-25' };
  await post('notifications/initialized', {});
  const name = tool ?? (await list()).names.find((one) => one.endsWith('echo'));
  if (name === undefined) throw new Error('there is no echo tool');
  return {
    tool: name,
    async call(size = 0) {
      const token = `t${++tokens}`;
      const started = performance.now();
      const { result, arrivedAt } = await ask<{ content: { text: string }[] }>('tools/call', {
        name,
        arguments: size === 0 ? { token } : { token, size },
      });
      const { text = '' } = result.content[0] ?? {};
      if (!text.startsWith(token) || text.length !== token.length + size)
        throw new Error('a wrong answer came');
      return arrivedAt - started;
    },
    list,
    async close() {
      await new Promise<void>((resolve) => {
        const outgoing = send(
          url,
          { agent, method: 'DELETE', headers: { ...endpoint.headers, ...sessionHeaders } },
          (response) => response.resume().on('end', resolve),
        );
        outgoing.on('error', () => resolve()).end();
      });
      agent.destroy();
    },
  };
}

function read(response: IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let arrivedAt = 0;
    response.on('data', (part: Buffer) => {
      parts.push(part);
      arrivedAt = performance.now();
    });
    response.on('error', reject);
    response.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      const sessionId = response.headers['mcp-session-id'];
      resolve({
        sessionId: typeof sessionId === 'string' ? sessionId : undefined,
        message: text === '' ? undefined : JSON.parse(text.startsWith('{') ? text : lastData(text)),
        arrivedAt,
      });
    });
  });
}

/** The data of the last event: the answer comes last. */
function lastData(events: string): string {
  const start = events.lastIndexOf('data: ');
  return events.slice(start + 6, events.indexOf('\n', start));
}
