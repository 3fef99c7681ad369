import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach } from 'vitest';
import {
  createEmbeddedServer,
  type EmbeddedServer,
  type EmbeddedServerOptions,
} from '../../electron/auth/embedded/embedded-server.ts';
import type { GuardedFetch } from '../../electron/auth/guarded/guarded-fetch.ts';
import type { AuthOutcome } from '../../electron/auth/incoming/incoming-auth.ts';
import { createMemorySecretStore, type MemorySecretStore } from './memory-secret-store.ts';

export const PROFILE = { sub: 'u-1', email: 'jo@example.org', name: 'Jo' };
export const REDIRECT = 'http://127.0.0.1:3333/callback';

export let listener: Server;
export let origin: string;
export let store: MemorySecretStore;
export let server: EmbeddedServer;
export let clock: number;

beforeEach(async () => {
  listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  store = createMemorySecretStore();
  clock = Date.now();
  await start();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  listener.closeAllConnections();
  await new Promise((resolve) => listener.close(resolve));
});

export interface Start {
  confirmationCode?: () => string;
  settings?: EmbeddedServerOptions['settings'];
  documentFetch?: GuardedFetch;
}

export async function start(more: Start = {}): Promise<void> {
  const port = new URL(origin).port;
  server = await createEmbeddedServer({
    origin,
    otherOrigins: [`http://localhost:${port}`],
    mcpPath: '/mcp',
    settings: { profile: PROFILE },
    osUser: 'os-user',
    store,
    now: () => clock,
    ...more,
  });
  listener.removeAllListeners('request');
  listener.on('request', (request, response) => {
    if (!server.handle((request.url ?? '').split('?')[0] ?? '', request, response))
      response.writeHead(404).end();
  });
}

/** A browser with cookies that does not follow redirects. */
export function browser() {
  const cookies = new Map<string, string>();
  return async (url: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(url, origin), {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), cookie },
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      cookies.set(name, value);
    }
    return response;
  };
}

export async function register(metadata: object = {}): Promise<Record<string, string>> {
  const body = JSON.stringify({ client_name: 'Cursor', redirect_uris: [REDIRECT], ...metadata });
  const response = await fetch(`${origin}/oauth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  return { status: String(response.status), ...((await response.json()) as Record<string, string>) };
}

export const verifier = randomBytes(32).toString('base64url');

export function authorizeUrl(clientId: string, more: Record<string, string> = {}): string {
  const parameters = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: REDIRECT,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 's-1',
    resource: `${origin}/mcp`,
    ...more,
  });
  return `/oauth/authorize?${parameters}`;
}

/** From the authorization request to the consent page. */
export async function toConsent(clientId: string, more: Record<string, string> = {}) {
  const go = browser();
  const begun = await go(authorizeUrl(clientId, more));
  const location = begun.headers.get('location') ?? '';
  const page = await go(location);
  const html = await page.text();
  const mark = /name="mark" value="([^"]+)"/.exec(html)?.[1] ?? '';
  return { go, begun, location, page, html, mark };
}

export async function decide(
  at: Awaited<ReturnType<typeof toConsent>>,
  form: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const body = new URLSearchParams({ mark: at.mark, decision: 'allow', ...form });
  return at.go(at.location, { method: 'POST', body, headers });
}

/** The whole way; the redirect to the client with its code. */
export async function agree(clientId: string, more: Record<string, string> = {}): Promise<URL> {
  const at = await toConsent(clientId, more);
  let next = (await decide(at)).headers.get('location') ?? '';
  for (let hop = 0; hop < 5 && next.startsWith(origin); hop += 1)
    next = (await at.go(next)).headers.get('location') ?? '';
  return new URL(next);
}

export async function token(parameters: Record<string, string>): Promise<Record<string, string>> {
  const body = new URLSearchParams({ redirect_uri: REDIRECT, resource: `${origin}/mcp`, ...parameters });
  const response = await fetch(`${origin}/oauth/token`, { method: 'POST', body });
  return { status: String(response.status), ...((await response.json()) as Record<string, string>) };
}

export async function signIn(clientId: string): Promise<Record<string, string>> {
  const code = (await agree(clientId)).searchParams.get('code') ?? '';
  return token({ grant_type: 'authorization_code', client_id: clientId, code, code_verifier: verifier });
}

export async function ask(accessToken: string | undefined): Promise<AuthOutcome> {
  return server.authenticate({ authorization: `Bearer ${accessToken}`, origin });
}

/** Lets time pass, in ms. */
export function advance(ms: number): void {
  clock += ms;
}
