// The everything server as a process: `--stdio`, or HTTP on a free port, whose address is in the ready line.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  localhostHostValidation,
  localhostOriginValidation,
  type NodeIncomingMessageLike,
  NodeStreamableHTTPServerTransport,
  toNodeHandler,
  toWebRequest,
} from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { listen } from '../../backends/listening.ts';
import { createEventMemory } from './event-memory.ts';
import { createEverythingServer } from './server.ts';

/** After this long a client without a stream comes back, in ms. */
const RETRY_MS = 500;

const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
const handler = createMcpHandler(() => createEverythingServer(handler.notify), { legacy: 'reject' });
const modern = toNodeHandler(handler);
const isOwnHost = localhostHostValidation();
const isOwnOrigin = localhostOriginValidation();

if (process.argv.includes('--stdio')) serveStdio(() => createEverythingServer(undefined));
else {
  const { origin } = await listen((request, response) => {
    if (!isOwnHost(request, response) || !isOwnOrigin(request, response)) return;
    serve(request, response).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      response.destroy();
    });
  });
  process.stdout.write(`${JSON.stringify({ event: 'ready', url: `${origin}/mcp` })}\n`);
  process.stdin.resume().once('end', () => process.exit(0));
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  // The library's own request type misses Node's under exactOptionalPropertyTypes.
  const like = request as NodeIncomingMessageLike;
  if (!(await isLegacyRequest(await toWebRequest(like, body), body))) return modern(like, response, body);
  const id = request.headers['mcp-session-id'];
  const known = typeof id === 'string' ? sessions.get(id) : undefined;
  if (id !== undefined && known === undefined) return void response.writeHead(404).end();
  await (known ?? (await openSession())).handleRequest(request, response, body);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts = await request.toArray();
  return parts.length === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString('utf8'));
}

async function openSession(): Promise<NodeStreamableHTTPServerTransport> {
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: createEventMemory(),
    retryInterval: RETRY_MS,
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await createEverythingServer(undefined).connect(transport);
  return transport;
}
