import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Where a test backend listens. */
export interface ListenOptions {
  /** 0, a free port, by default. */
  readonly port?: number;
  /** PEM texts; with them it speaks HTTPS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A listening HTTP server on 127.0.0.1. */
export interface Listening {
  readonly origin: string;
  readonly port: number;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. Keep-alive connections never time out by themselves, so that tests decide. */
export async function listen(
  listener: RequestListener,
  { port = 0, tls }: ListenOptions = {},
): Promise<Listening> {
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
