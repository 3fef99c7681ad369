import { randomUUID } from 'node:crypto';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { McpServer as ServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { McpServer as ServerV2 } from '@modelcontextprotocol/server';
import { createEventMemory } from '../conformance/everything/event-memory.ts';
import { createLatch, type Latch } from '../support/latch.ts';
import { type Listening, listen } from './listening.ts';

const RETRY_MS = 30;

/** A server of an SDK with an event store, whose tool `polled` ends its own stream and answers once it is let go. */
export interface ResumableBackend extends AsyncDisposable {
  readonly url: string;
  /** Method and `Last-Event-ID` of every request. */
  readonly seen: readonly { readonly method: string; readonly lastEventId: string | undefined }[];
  /** Opened by the tool once its stream is ended; the tool answers when `go` is opened. */
  readonly left: Latch;
  readonly go: Latch;
}

interface Wire {
  handleRequest: StreamableHTTPServerTransport['handleRequest'];
}
type Opener = (
  known: Map<string, Wire>,
  polled: (close: (() => void) | undefined) => Promise<Text>,
) => Promise<Wire>;
interface Text {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
}

/** Starts it with the server of SDK 1.x or 2.x. */
export async function startResumableBackend(sdk: 'v1' | 'v2'): Promise<ResumableBackend> {
  const sessions = new Map<string, Wire>();
  const seen: { method: string; lastEventId: string | undefined }[] = [];
  const left = createLatch();
  const go = createLatch();
  const polled = async (close: (() => void) | undefined): Promise<Text> => {
    close?.();
    left.open();
    await go.promise;
    return { content: [{ type: 'text', text: `answered by ${sdk}` }] };
  };
  const open = sdk === 'v1' ? openV1 : openV2;
  const http: Listening = await listen((request, response) => {
    const { 'mcp-session-id': id, 'last-event-id': lastEventId } = request.headers;
    seen.push({ method: request.method ?? '', lastEventId: lastEventId as string | undefined });
    const serve = async (): Promise<void> => {
      const known = typeof id === 'string' ? sessions.get(id) : undefined;
      if (id !== undefined && known === undefined) return void response.writeHead(404).end();
      await (known ?? (await open(sessions, polled))).handleRequest(request, response);
    };
    serve().catch((error: unknown) => response.destroy(error as Error));
  });
  return { url: `${http.origin}/mcp`, seen, left, go, [Symbol.asyncDispose]: http.close };
}

const openV1: Opener = async (sessions, polled) => {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    // Not the library's example: it sorts events of the same millisecond at random, and so loses some.
    eventStore: createEventMemory(),
    retryInterval: RETRY_MS,
    onsessioninitialized: (id) => void sessions.set(id, transport),
  });
  const server = new ServerV1({ name: 'resumable-v1', version: '1.0.0' });
  server.registerTool('polled', {}, (extra) => polled(extra.closeSSEStream));
  // The library's own class misses its own interface under exactOptionalPropertyTypes.
  await server.connect(transport as Transport);
  return transport;
};

const openV2: Opener = async (sessions, polled) => {
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: createEventMemory(),
    retryInterval: RETRY_MS,
    onsessioninitialized: (id) => void sessions.set(id, transport as Wire),
  });
  const server = new ServerV2({ name: 'resumable-v2', version: '1.0.0' });
  server.registerTool('polled', {}, (context) => polled(context.http?.closeSSE));
  await server.connect(transport);
  return transport as Wire;
};
