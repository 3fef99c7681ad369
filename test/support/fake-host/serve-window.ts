import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { answerCall } from '../../../shared/control/answer-call.ts';
import type { FakeHost } from './fake-host.ts';

/** The policy of threats.md 1.6; over HTTP the page has to reach its own origin. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface ServedWindow {
  /** With the token in its fragment. */
  readonly address: string;
  /** Calls that came in, by name, with what they brought: for tests. */
  readonly calls: { readonly name: string; readonly input: unknown }[];
  /** While set, calls of this name wait for it. */
  hold: { readonly name: string; readonly until: Promise<void> } | undefined;
  /** Cuts all event streams, as a lost connection would. */
  readonly cutStreams: () => void;
  readonly close: () => Promise<void>;
}

/** Serves the built window and a stand-in host over HTTP, the way the headless host does. */
export async function serveWindow(host: FakeHost, folder: string, port = 0): Promise<ServedWindow> {
  const token = randomBytes(32).toString('base64url');
  const streams = new Set<ServerResponse>();
  const calls: ServedWindow['calls'] = [];
  const served: { hold: ServedWindow['hold'] } = { hold: undefined };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'POST' && pathname === '/session') {
      const body = JSON.parse(await bodyOf(request)) as { token?: unknown };
      if (body.token !== token) return end(response, 401, { code: 'auth.invalid' });
      return end(response, 200, { token });
    }
    if (pathname === '/events' || pathname.startsWith('/control/')) {
      if (request.headers.authorization !== `Bearer ${token}`) return end(response, 401, {});
      if (pathname === '/events') return stream(response);
      const name = pathname.slice('/control/'.length);
      const input: unknown = JSON.parse(await bodyOf(request));
      calls.push({ name, input });
      if (served.hold?.name === name) await served.hold.until;
      const result = await answerCall(host.api, name, input, (call, thrown) => console.error(call, thrown));
      return end(response, 200, result);
    }
    return file(response, folder, pathname);
  };

  const stream = (response: ServerResponse): void => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': open\n\n');
    streams.add(response);
    const stop = host.subscribe((name, payload) => {
      response.write(`event: ${name}\ndata: ${JSON.stringify(payload)}\n\n`);
    });
    response.on('close', () => {
      streams.delete(response);
      stop();
    });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((thrown: unknown) => {
      console.error(thrown);
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: `${origin}/#token=${token}`,
    calls,
    get hold() {
      return served.hold;
    },
    set hold(value) {
      served.hold = value;
    },
    cutStreams: () => {
      for (const open of streams) open.destroy();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function end(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function file(response: ServerResponse, folder: string, pathname: string): Promise<void> {
  const path = normalize(join(folder, pathname === '/' ? 'index.html' : pathname));
  if (!path.startsWith(folder)) return end(response, 404, {});
  try {
    const bytes = await readFile(path);
    response.writeHead(200, {
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(bytes);
  } catch {
    end(response, 404, {});
  }
}
