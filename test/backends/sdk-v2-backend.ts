import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  type NodeIncomingMessageLike,
  NodeStreamableHTTPServerTransport,
  toNodeHandler,
  toWebRequest,
} from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import { listen } from './listening.ts';
import { describeRequest } from './request-log.ts';
import type { SdkBackend } from './sdk-v1-backend.ts';

// The library's own request type misses Node's under exactOptionalPropertyTypes.
type NodeRequest = NodeIncomingMessageLike;

/** Which revisions the backend serves: 2025-11-25 with sessions, 2026-07-28, or both on one address. */
export type Eras = 'legacy' | 'modern' | 'dual';

/** A server of SDK 2.x with `echo` and `whoami`, a prompt and a resource. */
export function createV2Server(): McpServer {
  const server = new McpServer({ name: 'sdk-v2', version: '1.0.0' });
  const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
  const message = z.object({ message: z.string() });
  server.registerTool('echo', { inputSchema: message }, (args) => text(args.message));
  server.registerTool('whoami', {}, () => text('sdk-v2'));
  server.registerPrompt('greet', { argsSchema: z.object({ name: z.string() }) }, ({ name }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}` } }],
  }));
  server.registerResource('one', 'v2://one', {}, (uri) => ({ contents: [{ uri: uri.href, text: 'one' }] }));
  return server;
}

/** Serves {@link createV2Server} over Streamable HTTP. */
export async function startSdkV2Backend(eras: Eras = 'dual'): Promise<SdkBackend> {
  const rawHeaders: (readonly string[])[] = [];
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
  const handler = createMcpHandler(createV2Server, { legacy: 'reject' });
  const modern = toNodeHandler(handler);
  const http = await listen((request, response) => {
    rawHeaders.push(request.rawHeaders);
    const serve = async (): Promise<void> => {
      const { body } = await describeRequest(request);
      const parsed: unknown = body.length > 0 ? JSON.parse(body.toString()) : undefined;
      const legacy =
        eras === 'legacy' || (eras === 'dual' && (await isLegacy(request as NodeRequest, parsed)));
      if (!legacy) return modern(request as NodeRequest, response, parsed);
      const id = request.headers['mcp-session-id'];
      const known = typeof id === 'string' ? sessions.get(id) : undefined;
      if (id !== undefined && !known) return void response.writeHead(404).end();
      await (known ?? (await openSession(sessions))).handleRequest(request, response, parsed);
    };
    serve().catch((error: unknown) => response.destroy(error as Error));
  });
  const close = async (): Promise<void> => {
    await handler.close();
    await http.close();
  };
  return { ...http, url: `${http.origin}/mcp`, rawHeaders, close, [Symbol.asyncDispose]: close };
}

/** The command line that serves {@link createV2Server} over stdio, both eras. */
export function sdkV2Command(): { command: string; args: string[] } {
  return { command: process.execPath, args: [fileURLToPath(import.meta.url), '--stdio'] };
}

async function isLegacy(request: NodeRequest, parsed: unknown): Promise<boolean> {
  return isLegacyRequest(await toWebRequest(request, parsed), parsed);
}

async function openSession(
  sessions: Map<string, NodeStreamableHTTPServerTransport>,
): Promise<NodeStreamableHTTPServerTransport> {
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await createV2Server().connect(transport);
  return transport;
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === '--stdio') {
  serveStdio(createV2Server);
}
