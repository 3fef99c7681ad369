import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { addCallerTools } from './caller-tools.ts';
import { addEchoResources, addGreetPrompt } from './echo-resources.ts';
import { addEchoTools } from './echo-tools.ts';
import { createGreeting, type Greeting } from './greeting.ts';
import { withRawHeaders } from './request-headers.ts';

const MAX_SESSIONS = 1000;
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const PATH = '/mcp';

/** Where to listen; port 0 (the default) takes a free one. */
export interface EchoBackendOptions {
  readonly port?: number;
  /** A loopback address; 127.0.0.1 by default. */
  readonly host?: string;
}

/** A running echo backend. */
export interface EchoBackend extends AsyncDisposable {
  /** The MCP endpoint. */
  readonly url: string;
  readonly port: number;
  /** Ends all sessions and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts the built-in demo backend: a Streamable HTTP MCP server whose tools answer with what reached them, which
 * proves end to end what the gateway sends. Nothing is stored or logged.
 * @throws The system's error when the port is taken.
 */
export async function startEchoBackend(options: EchoBackendOptions = {}): Promise<EchoBackend> {
  const host = options.host ?? '127.0.0.1';
  const greeting = createGreeting();
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const server = createServer((request, response) => {
    answer(request, response, sessions, greeting).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, host, resolve);
  });
  const port = (server.address() as AddressInfo).port;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.all([...sessions.values()].map((transport) => transport.close()));
    server.closeAllConnections();
    await closed;
  };
  const authority = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${authority}:${port}${PATH}`, port, close, [Symbol.asyncDispose]: close };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  sessions: Map<string, StreamableHTTPServerTransport>,
  greeting: Greeting,
): Promise<void> {
  if (!fromThisMachine(request)) return refuse(response, 403, 'only requests to a loopback name are served');
  if (request.url !== PATH) return refuse(response, 404, `nothing is here; the endpoint is ${PATH}`);
  const sessionId = request.headers['mcp-session-id'];
  const known = typeof sessionId === 'string' ? sessions.get(sessionId) : undefined;
  if (sessionId !== undefined && known === undefined) return refuse(response, 404, 'unknown session');
  if (known === undefined && sessions.size >= MAX_SESSIONS) return refuse(response, 503, 'too many sessions');
  const transport = known ?? (await openSession(sessions, greeting));
  await withRawHeaders(request.rawHeaders, () => transport.handleRequest(request, response));
  // A first request that was no initialize has been answered 400 and leaves nothing behind.
  if (transport.sessionId === undefined) await transport.close();
}

async function openSession(
  sessions: Map<string, StreamableHTTPServerTransport>,
  greeting: Greeting,
): Promise<StreamableHTTPServerTransport> {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    maxRequestBodySize: MAX_BODY_BYTES,
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  const server = new McpServer(
    { name: 'patchbay-echo', version: '1.0.0' },
    { capabilities: { resources: { subscribe: true } } },
  );
  addEchoTools(server);
  addCallerTools(server);
  addGreetPrompt(server);
  addEchoResources(server, greeting);
  await server.connect(transport);
  return transport;
}

/**
 * Keeps web pages out that reach a loopback port under their own name (DNS rebinding), as MCP's transport page
 * asks of every local server.
 */
function fromThisMachine({ headers }: IncomingMessage): boolean {
  const { host, origin } = headers;
  return isLoopback(`http://${host ?? ''}`) && (origin === undefined || isLoopback(origin));
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = { jsonrpc: '2.0', id: null, error: { code: status === 404 ? -32001 : -32000, message } };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
