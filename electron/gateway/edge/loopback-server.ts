import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

// Not by `import`, which reads every export: that loads Node's own fetch and web sockets, 12 MiB that nobody uses.
const { createServer } = process.getBuiltinModule('node:http');

const MAX_HEADER_BYTES = 16 * 1024;

/** RES-01: how long a client may take for a message, in ms; `checkMs` is how often slow ones are looked for. */
export interface Patience {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  readonly keepAliveMs: number;
}

/** What the gateway grants. */
export const PATIENCE: Patience = {
  headersMs: 15_000,
  requestMs: 60_000,
  checkMs: 1_000,
  keepAliveMs: 65_000,
};

export interface LoopbackServer {
  /** Listening already; its owner adds the handler of requests at once and closes it. */
  readonly server: Server;
  readonly port: number;
  /** Host and port as they stand in an address. */
  readonly authority: string;
}

/**
 * Opens an HTTP server on loopback with the limits of the edge. Rejects with the system's error, EADDRINUSE for a
 * taken port; port 0 takes a free one.
 */
export async function openLoopbackServer(
  port: number,
  host: '127.0.0.1' | '::1',
  patience: Patience = PATIENCE,
): Promise<LoopbackServer> {
  const server = createServer({
    // TRN-07
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: patience.headersMs,
    requestTimeout: patience.requestMs,
    connectionsCheckingInterval: patience.checkMs,
    keepAliveTimeout: patience.keepAliveMs,
    noDelay: true,
  });
  // Node's default drops fields after the first thousand in silence; we count ourselves (threats.md section 0.7).
  server.maxHeadersCount = 0;
  server.on('clientError', answerBrokenRequest);
  await bind(server, port, host);
  const bound = (server.address() as AddressInfo).port;
  return { server, port: bound, authority: host === '::1' ? `[::1]:${bound}` : `127.0.0.1:${bound}` };
}

function bind(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** What Node's parser refuses: 431 for oversize header sections, 408 for slow requests, 400 for all else. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
