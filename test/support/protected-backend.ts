import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An MCP server as far as signing in goes: metadata that names its issuer. */
export interface ProtectedBackend extends AsyncDisposable {
  readonly url: string;
  readonly origin: string;
  readonly requests: string[];
  /** What the metadata document says; a test may change it. */
  metadata: Record<string, unknown>;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startProtectedBackend(issuer: string): Promise<ProtectedBackend> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const backend: ProtectedBackend = {
    url: `${origin}/mcp`,
    origin,
    requests: [],
    metadata: { resource: `${origin}/mcp`, authorization_servers: [issuer], scopes_supported: ['mcp:read'] },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on('request', (request, response) => {
    backend.requests.push(`${request.method} ${request.url}`);
    if (request.url === '/.well-known/oauth-protected-resource/mcp') {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(backend.metadata));
    } else response.writeHead(404).end();
  });
  return backend;
}
