import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { z } from 'zod';
import { listen } from './listening.ts';

/** A server made with an SDK, listening. */
export interface SdkBackend extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The raw header list of each request, oldest first. */
  readonly rawHeaders: readonly (readonly string[])[];
  close(): Promise<void>;
}

/** A server of SDK 1.x with `echo`, `whoami` (its name) and `ask` (elicitation), a prompt and a resource. */
export function createV1Server(): McpServer {
  const server = new McpServer({ name: 'sdk-v1', version: '1.0.0' });
  const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
  server.registerTool('echo', { inputSchema: { message: z.string() } }, ({ message }) => text(message));
  server.registerTool('whoami', {}, () => text('sdk-v1'));
  server.registerTool('ask', { inputSchema: { question: z.string() } }, async ({ question }, extra) => {
    const requestedSchema = { type: 'object' as const, properties: { answer: { type: 'string' as const } } };
    const form = { message: question, requestedSchema };
    const reply = await server.server.elicitInput(form, { relatedRequestId: extra.requestId });
    return text(JSON.stringify(reply));
  });
  server.registerPrompt('greet', { argsSchema: { name: z.string() } }, ({ name }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}` } }],
  }));
  server.registerResource('one', 'v1://one', {}, (uri) => ({ contents: [{ uri: uri.href, text: 'one' }] }));
  return server;
}

/** Serves {@link createV1Server} over Streamable HTTP with sessions. */
export async function startSdkV1Backend(): Promise<SdkBackend> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const rawHeaders: (readonly string[])[] = [];
  const http = await listen((request, response) => {
    rawHeaders.push(request.rawHeaders);
    const serve = async (): Promise<void> => {
      const id = request.headers['mcp-session-id'];
      const known = typeof id === 'string' ? sessions.get(id) : undefined;
      if (id !== undefined && !known) return void response.writeHead(404).end();
      await (known ?? (await openSession(sessions))).handleRequest(request, response);
    };
    serve().catch((error: unknown) => response.destroy(error as Error));
  });
  return { url: `${http.origin}/mcp`, rawHeaders, ...http, [Symbol.asyncDispose]: http.close };
}

/** The command line that serves {@link createV1Server} over stdio. */
export function sdkV1Command(): { command: string; args: string[] } {
  return { command: process.execPath, args: [fileURLToPath(import.meta.url), '--stdio'] };
}

async function openSession(
  sessions: Map<string, StreamableHTTPServerTransport>,
): Promise<StreamableHTTPServerTransport> {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  // The library's own class misses its own interface under exactOptionalPropertyTypes.
  await createV1Server().connect(transport as Transport);
  return transport;
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === '--stdio') {
  await createV1Server().connect(new StdioServerTransport());
}
