import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignInError } from './sign-in-error.ts';

// Not by `import`, which reads every export: that loads Node's own fetch and web sockets, 12 MiB that nobody uses.
const { createServer } = process.getBuiltinModule('node:http');

/** Where the browser comes back to, for one sign-in (OAU-08). */
export interface CallbackListener extends Disposable {
  /** `http://127.0.0.1:PORT/callback`. */
  readonly redirectUri: string;
  /** The parameters of the answer to this sign-in; rejects after the time limit or on disposal. */
  readonly answer: Promise<URLSearchParams>;
}

/** A person's time for a password and a second factor, in ms. */
const TIME_LIMIT_MS = 300_000;

/** The path under which the browser comes back. */
const CALLBACK_PATH = '/callback';

/**
 * Listens on 127.0.0.1 for one answer with this `state`. Only GET on the one path with our own Host counts; any other
 * answer gets a plain 400 and changes nothing, so that nobody can end or steal a sign-in by guessing (OAU-02). Ends
 * with the first right answer. `port` is taken when it is free, else any: registrations name it.
 */
export async function openCallbackListener(
  state: string,
  port: number | undefined,
  timeLimit: number = TIME_LIMIT_MS,
): Promise<CallbackListener> {
  const server = createServer({ maxHeaderSize: 32 * 1024, requestTimeout: 10_000 });
  await listen(server, port ?? 0).catch(() => listen(server, 0));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  let resolve: (parameters: URLSearchParams) => void = () => {};
  let reject: (failure: SignInError) => void = () => {};
  const promise = new Promise<URLSearchParams>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  // Whoever waits hears of it; without anybody waiting a timeout is no fault of the process.
  promise.catch(() => undefined);

  const close = (): void => {
    clearTimeout(timer);
    server.close();
    server.closeIdleConnections();
  };
  const timer = setTimeout(() => {
    close();
    reject(new SignInError('auth.sign-in-failed', 'Nobody finished the sign-in in time.'));
  }, timeLimit);

  server.on('request', (request, response) => {
    const parameters = readAnswer(request, host, state);
    if (parameters === undefined) return answerPage(response, 400, 'This is not the answer to a sign-in.');
    answerPage(response, 200, 'You can close this window. Patchbay finishes the sign-in.');
    close();
    resolve(parameters);
  });

  return {
    redirectUri: `http://${host}${CALLBACK_PATH}`,
    answer: promise,
    [Symbol.dispose]() {
      close();
      reject(new SignInError('auth.sign-in-failed', 'The sign-in was cancelled.'));
    },
  };
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  await once(server, 'listening');
}

function readAnswer(request: IncomingMessage, host: string, state: string): URLSearchParams | undefined {
  if (request.method !== 'GET' || request.headers.host !== host || request.url === undefined)
    return undefined;
  const url = URL.canParse(request.url, `http://${host}`)
    ? new URL(request.url, `http://${host}`)
    : undefined;
  if (url === undefined || url.host !== host || url.pathname !== CALLBACK_PATH) return undefined;
  const parameters = url.searchParams;
  // RFC 6749 section 3.1: no parameter may come twice.
  const single = ['state', 'code', 'error', 'iss'].every((name) => parameters.getAll(name).length <= 1);
  return single && sameText(parameters.get('state') ?? '', state) ? parameters : undefined;
}

function sameText(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function answerPage(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy':
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  });
  response.end(`<!doctype html><meta charset="utf-8"><title>Patchbay</title><p>${text}</p>`);
}
