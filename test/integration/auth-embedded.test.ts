import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createEmbeddedServer,
  type EmbeddedServer,
  type EmbeddedServerOptions,
} from '../../electron/auth/embedded/embedded-server.ts';
import { UPSTREAM_SECRET } from '../../electron/auth/embedded/upstream.ts';
import type { GuardedFetch } from '../../electron/auth/guarded/guarded-fetch.ts';
import type { AuthOutcome } from '../../electron/auth/incoming/incoming-auth.ts';
import { createUpstreamAuth } from '../../electron/auth/outgoing/upstream-auth.ts';
import { Secret } from '../../electron/secrets/secret.ts';
import { verifies } from '../requirements/verifies.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { createMemorySecretStore, type MemorySecretStore } from '../support/memory-secret-store.ts';

const PROFILE = { sub: 'u-1', email: 'jo@example.org', name: 'Jo' };
const REDIRECT = 'http://127.0.0.1:3333/callback';

let listener: Server;
let origin: string;
let store: MemorySecretStore;
let server: EmbeddedServer;
let clock: number;

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

interface Start {
  confirmationCode?: () => string;
  settings?: EmbeddedServerOptions['settings'];
  documentFetch?: GuardedFetch;
}

async function start(more: Start = {}): Promise<void> {
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
function browser() {
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

async function register(metadata: object = {}): Promise<Record<string, string>> {
  const body = JSON.stringify({ client_name: 'Cursor', redirect_uris: [REDIRECT], ...metadata });
  const response = await fetch(`${origin}/oauth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  return { status: String(response.status), ...((await response.json()) as Record<string, string>) };
}

const verifier = randomBytes(32).toString('base64url');

function authorizeUrl(clientId: string, more: Record<string, string> = {}): string {
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
async function toConsent(clientId: string, more: Record<string, string> = {}) {
  const go = browser();
  const begun = await go(authorizeUrl(clientId, more));
  const location = begun.headers.get('location') ?? '';
  const page = await go(location);
  const html = await page.text();
  const mark = /name="mark" value="([^"]+)"/.exec(html)?.[1] ?? '';
  return { go, begun, location, page, html, mark };
}

async function decide(
  at: Awaited<ReturnType<typeof toConsent>>,
  form: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const body = new URLSearchParams({ mark: at.mark, decision: 'allow', ...form });
  return at.go(at.location, { method: 'POST', body, headers });
}

/** The whole way; the redirect to the client with its code. */
async function agree(clientId: string, more: Record<string, string> = {}): Promise<URL> {
  const at = await toConsent(clientId, more);
  let next = (await decide(at)).headers.get('location') ?? '';
  for (let hop = 0; hop < 5 && next.startsWith(origin); hop += 1)
    next = (await at.go(next)).headers.get('location') ?? '';
  return new URL(next);
}

async function token(parameters: Record<string, string>): Promise<Record<string, string>> {
  const body = new URLSearchParams({ redirect_uri: REDIRECT, resource: `${origin}/mcp`, ...parameters });
  const response = await fetch(`${origin}/oauth/token`, { method: 'POST', body });
  return { status: String(response.status), ...((await response.json()) as Record<string, string>) };
}

async function signIn(clientId: string): Promise<Record<string, string>> {
  const code = (await agree(clientId)).searchParams.get('code') ?? '';
  return token({ grant_type: 'authorization_code', client_id: clientId, code, code_verifier: verifier });
}

async function ask(accessToken: string | undefined): Promise<AuthOutcome> {
  return server.authenticate({ authorization: `Bearer ${accessToken}`, origin });
}

test('the metadata of RFC 8414: on our origin, S256 only, registration and client metadata documents', async () => {
  const response = await fetch(`${origin}/.well-known/oauth-authorization-server`, {
    headers: { origin: 'https://evil.example' },
  });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  expect(await response.json()).toMatchObject({
    issuer: origin,
    authorization_endpoint: `${origin}/oauth/authorize`,
    token_endpoint: `${origin}/oauth/token`,
    registration_endpoint: `${origin}/oauth/register`,
    revocation_endpoint: `${origin}/oauth/revoke`,
    code_challenge_methods_supported: ['S256'],
    response_types_supported: ['code'],
    client_id_metadata_document_supported: true,
    authorization_response_iss_parameter_supported: true,
  });
});

test(
  verifies(['B51', 'AIN-03'], 'a program registers, the person agrees, and its token is the person'),
  async () => {
    const { client_id } = await register();
    const tokens = await signIn(client_id ?? '');
    expect(tokens['refresh_token']).toBeDefined();
    expect(await ask(tokens['access_token'])).toEqual({
      ok: true,
      principal: { kind: 'user', issuer: origin, subject: 'u-1', email: 'jo@example.org', name: 'Jo' },
    });
    expect(server.authenticate({ authorization: `Bearer ${tokens['access_token']}` })).not.toBeInstanceOf(
      Promise,
    );
    expect(await ask('guess')).toMatchObject({
      ok: false,
      status: 401,
      challenge: expect.stringContaining('resource_metadata='),
    });
    clock += 3_601_000;
    expect((await ask(tokens['access_token'])).ok).toBe(false);
  },
);

test(
  verifies(['OAU-13'], 'the consent page names program and address, cannot be framed, has no script'),
  async () => {
    const { client_id } = await register({ client_name: '<b>Evil</b>\u202e' });
    const { page, html } = await toConsent(client_id ?? '');
    expect(html).toContain('&#60;b&#62;Evil&#60;/b&#62;\\u{202e}');
    expect(html).toContain(REDIRECT);
    expect(html).toContain(client_id);
    expect(html).not.toMatch(/<script|<b>/);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(page.headers.get('x-frame-options')).toBe('DENY');
  },
);

test.each<[string, Record<string, string>, Record<string, string>]>([
  ['without the mark', { mark: '' }, {}],
  ['with a made-up mark', { mark: 'x'.repeat(43) }, {}],
  ['from another origin', {}, { origin: 'https://evil.example' }],
  ['from another site', {}, { 'sec-fetch-site': 'cross-site' }],
])(verifies(['OAU-13'], 'a form posted %s allows nothing'), async (_name, form, headers) => {
  const { client_id } = await register();
  const at = await toConsent(client_id ?? '');
  const response = await decide(at, form, headers);
  expect(response.status).toBe(403);
  expect(response.headers.get('location')).toBeNull();
});

test(
  verifies(['OAU-13'], 'a form posted by a browser without the cookie of this sign-in allows nothing'),
  async () => {
    const { client_id } = await register();
    const at = await toConsent(client_id ?? '');
    expect((await decide({ ...at, go: browser() })).status).toBe(400);
  },
);

test('refusing sends the program away with access_denied', async () => {
  const { client_id } = await register();
  const at = await toConsent(client_id ?? '');
  let next = (await decide(at, { decision: 'deny' })).headers.get('location') ?? '';
  if (next.startsWith(origin)) next = (await at.go(next)).headers.get('location') ?? '';
  expect(new URL(next).searchParams.get('error')).toBe('access_denied');
});

test(verifies(['OAU-13'], 'a second program is asked for on its own, also in the same browser'), async () => {
  const [first, second] = [await register(), await register({ client_name: 'Other' })];
  const at = await toConsent(first['client_id'] ?? '');
  await decide(at);
  const again = await at.go(authorizeUrl(second['client_id'] ?? ''));
  expect(again.headers.get('location')).toMatch(/^\/oauth\/consent\//);
});

test.each<[string, Record<string, string>]>([
  ['another path', { redirect_uri: 'http://127.0.0.1:3333/other' }],
  ['a subdomain', { redirect_uri: 'http://x.127.0.0.1:3333/callback' }],
  ['another host', { redirect_uri: 'https://evil.example/callback' }],
  ['localhost for 127.0.0.1', { redirect_uri: 'http://localhost:3333/callback' }],
  ['a wildcard', { redirect_uri: 'http://127.0.0.1:3333/*' }],
  ['an unknown client', { client_id: 'nobody' }],
])(verifies(['OAU-12'], '%s: 400 without a redirect'), async (_name, more) => {
  const { client_id } = await register();
  const response = await browser()(authorizeUrl(client_id ?? '', more));
  expect(response.status).toBe(400);
  expect(response.headers.get('location')).toBeNull();
  expect(await response.text()).not.toContain('evil');
});

test(verifies(['OAU-12'], 'the port is free on loopback, and only there'), async () => {
  const { client_id } = await register({ redirect_uris: [REDIRECT, 'https://app.example/callback'] });
  const free = await browser()(
    authorizeUrl(client_id ?? '', { redirect_uri: 'http://127.0.0.1:4444/callback' }),
  );
  expect(free.headers.get('location')).toMatch(/^\/oauth\/consent\//);
  const fixed = await browser()(
    authorizeUrl(client_id ?? '', { redirect_uri: 'https://app.example:444/callback' }),
  );
  expect(fixed.status).toBe(400);
});

test.each([['http://remote.example/cb'], ['javascript:alert(1)'], ['http://127.0.0.1/cb#x']])(
  verifies(['OAU-12'], '%s cannot be registered'),
  async (uri) => {
    expect((await register({ redirect_uris: [uri] }))['status']).toBe('400');
  },
);

test.each<[string, Record<string, string>]>([
  ['no PKCE', { code_challenge: '', code_challenge_method: '' }],
  ['plain PKCE', { code_challenge_method: 'plain' }],
  ['another resource', { resource: 'https://other.example/mcp' }],
  ['an implicit answer', { response_type: 'token' }],
])(verifies(['OAU-12'], '%s is refused'), async (_name, more) => {
  const { client_id } = await register();
  const parameters = Object.fromEntries(Object.entries(more));
  const url = new URL(authorizeUrl(client_id ?? '', parameters), origin);
  for (const [key, value] of Object.entries(more)) if (value === '') url.searchParams.delete(key);
  const location = (await browser()(url.href)).headers.get('location') ?? '';
  expect(location === '' || location.includes('error=')).toBe(true);
  expect(location).not.toContain('/oauth/consent/');
});

test(
  verifies(
    ['OAU-13'],
    'a code replayed, with a wrong verifier or by another client is refused; a replay ends the tokens',
  ),
  async () => {
    const [mine, other] = [(await register())['client_id'] ?? '', (await register())['client_id'] ?? ''];
    const code = async () => (await agree(mine)).searchParams.get('code') ?? '';
    const grant_type = 'authorization_code';
    const wrongVerifier = 'w'.repeat(43);
    expect(
      await token({ grant_type, client_id: mine, code: await code(), code_verifier: wrongVerifier }),
    ).toMatchObject({ error: 'invalid_grant' });
    expect(
      await token({ grant_type, client_id: other, code: await code(), code_verifier: verifier }),
    ).toMatchObject({ error: 'invalid_grant' });
    const once = await code();
    const tokens = await token({ grant_type, client_id: mine, code: once, code_verifier: verifier });
    expect((await ask(tokens['access_token'])).ok).toBe(true);
    expect(await token({ grant_type, client_id: mine, code: once, code_verifier: verifier })).toMatchObject({
      error: 'invalid_grant',
    });
    expect((await ask(tokens['access_token'])).ok).toBe(false);
  },
);

test(verifies(['OAU-13'], 'refresh tokens rotate; an old one used again ends the family'), async () => {
  const { client_id = '' } = await register();
  const first = await signIn(client_id);
  const refresh = (value: string | undefined) =>
    token({ grant_type: 'refresh_token', client_id, refresh_token: value ?? '' });
  const second = await refresh(first['refresh_token']);
  expect(second['refresh_token']).not.toBe(first['refresh_token']);
  expect((await ask(second['access_token'])).ok).toBe(true);
  expect(await refresh(first['refresh_token'])).toMatchObject({ error: 'invalid_grant' });
  expect(await refresh(second['refresh_token'])).toMatchObject({ error: 'invalid_grant' });
  expect((await ask(second['access_token'])).ok).toBe(false);
});

test('a withdrawn token is refused with the next request', async () => {
  const { client_id = '' } = await register();
  const tokens = await signIn(client_id);
  expect((await ask(tokens['access_token'])).ok).toBe(true);
  const body = new URLSearchParams({ client_id, token: tokens['access_token'] ?? '' });
  expect((await fetch(`${origin}/oauth/revoke`, { method: 'POST', body })).status).toBe(200);
  expect((await ask(tokens['access_token'])).ok).toBe(false);
});

test(
  verifies(
    ['SEC-05'],
    'after a restart the access token is gone, the refresh token works; nothing but the keychain knew',
  ),
  async () => {
    const { client_id = '' } = await register();
    const tokens = await signIn(client_id);
    await server[Symbol.asyncDispose]();
    await start();
    expect((await ask(tokens['access_token'])).ok).toBe(false);
    const renewed = await token({
      grant_type: 'refresh_token',
      client_id,
      refresh_token: tokens['refresh_token'] ?? '',
    });
    expect((await ask(renewed['access_token'])).ok).toBe(true);
  },
);

test(verifies(['IDN-07'], 'tokens of an earlier profile are not tokens of the present one'), async () => {
  const { client_id = '' } = await register();
  const tokens = await signIn(client_id);
  await server[Symbol.asyncDispose]();
  await start({ settings: { profile: { ...PROFILE, sub: 'u-2' } } });
  const renewed = await token({
    grant_type: 'refresh_token',
    client_id,
    refresh_token: tokens['refresh_token'] ?? '',
  });
  expect(renewed['error']).toBe('invalid_grant');
});

test(
  verifies(
    ['OAU-13'],
    'with a code of Patchbay to type, nobody else on this machine can agree; five guesses end it',
  ),
  async () => {
    await start({ confirmationCode: () => '271828' });
    const { client_id = '' } = await register();
    const at = await toConsent(client_id);
    expect(at.html).toContain('name="code"');
    expect(at.html).not.toContain('271828');
    for (let guess = 0; guess < 4; guess += 1)
      expect((await decide(at, { code: '000000' })).status).toBe(200);
    const last = await decide(at, { code: '000000' });
    let next = last.headers.get('location') ?? '';
    if (next.startsWith(origin)) next = (await at.go(next)).headers.get('location') ?? '';
    expect(new URL(next).searchParams.get('error')).toBe('access_denied');
    const right = await toConsent(client_id);
    expect((await decide(right, { code: ' 271828 ' })).headers.get('location')).toContain(
      '/oauth/authorize/',
    );
  },
);

test('other paths are not its own', async () => {
  expect((await fetch(`${origin}/mcp`)).status).toBe(404);
  expect((await fetch(`${origin}/oauth/userinfo`)).status).toBe(404);
});

test(
  verifies(['OAU-12'], 'a client that is named by its metadata document is fetched, asked for and let in'),
  async () => {
    const clientId = 'https://app.example/client.json';
    const asked: string[] = [];
    const documentFetch = Object.assign(
      async (url: string | URL) => {
        asked.push(`${url}`);
        const document = {
          client_id: clientId,
          client_name: 'App',
          redirect_uris: [REDIRECT],
          token_endpoint_auth_method: 'none',
        };
        return Response.json(document);
      },
      { [Symbol.asyncDispose]: async () => {} },
    ) as GuardedFetch;
    await start({ documentFetch });
    const at = await toConsent(clientId);
    expect(at.html).toContain(clientId);
    expect(asked).toEqual([clientId]);
    const tokens = await signIn(clientId);
    expect((await ask(tokens['access_token'])).ok).toBe(true);
  },
);

test(verifies(['OAU-06', 'OAU-12'], 'a metadata document at a private address is not fetched'), async () => {
  const port = new URL(origin).port;
  const response = await browser()(authorizeUrl(`https://127.0.0.1:${port}/client.json`));
  expect(response.status).toBe(400);
});

/** An upstream provider that knows us, and our server in front of it. */
async function startUpstream(): Promise<IdentityProvider> {
  const idp = await startIdentityProvider({
    clients: [
      {
        client_id: 'patchbay',
        client_secret: 'canary-upstream',
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [`${origin}/oauth/upstream`],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
  });
  await store.write(UPSTREAM_SECRET, new Secret('canary-upstream'));
  const upstream = {
    issuer: idp.issuer,
    clientId: 'patchbay',
    scopes: ['openid', 'email', 'profile', 'offline_access'],
  };
  await start({ settings: { profile: {}, upstream } });
  return idp;
}

/** As a browser with cookies for both servers: from the authorization request to the page where it ends up. */
async function throughUpstream(clientId: string) {
  const jars = new Map<string, ReturnType<typeof browser>>();
  const go = (url: string, init?: RequestInit): Promise<Response> => {
    const { origin: at } = new URL(url, origin);
    const jar = jars.get(at) ?? browser();
    jars.set(at, jar);
    return jar(url, init);
  };
  let location = authorizeUrl(clientId);
  for (let hop = 0; hop < 12; hop += 1) {
    const response = await go(location);
    const next = response.headers.get('location');
    const html = await response.text();
    const mark = /name="mark" value="([^"]+)"/.exec(html)?.[1] ?? '';
    if (next === null) return { go, location, html, mark, status: response.status };
    location = new URL(next, new URL(location, origin)).href;
  }
  throw new Error('too many redirects');
}

test(
  verifies(
    ['B51', 'AOU-01'],
    'upstream: the person signs in at the provider, and backends get that provider’s token',
  ),
  async () => {
    const idp = await startUpstream();
    try {
      idp.user = { sub: 'up-1', email: 'ada@example.org', name: 'Ada' };
      const { client_id = '' } = await register();
      const at = await throughUpstream(client_id);
      expect(at.html).toContain('Ada');
      const body = new URLSearchParams({ mark: at.mark, decision: 'allow' });
      let next = (await at.go(at.location, { method: 'POST', body })).headers.get('location') ?? '';
      while (next.startsWith(origin) || next.startsWith('/'))
        next = (await at.go(next)).headers.get('location') ?? '';
      const code = new URL(next).searchParams.get('code') ?? '';
      const tokens = await token({
        grant_type: 'authorization_code',
        client_id,
        code,
        code_verifier: verifier,
      });
      const outcome = await ask(tokens['access_token']);
      expect(outcome).toMatchObject({ ok: true, principal: { issuer: idp.issuer, subject: 'up-1' } });
      if (!outcome.ok) return;
      using auth = createUpstreamAuth('docs', server.upstreamToken);
      const first = await auth.headers(outcome.principal);
      expect(first).toMatchObject({ ok: true });
      expect(JSON.stringify(first)).not.toContain(tokens['access_token']);
      clock += 290_000;
      const before = idp.requests.filter((line) => line === 'POST /token').length;
      const refreshed = await Promise.all(Array.from({ length: 10 }, () => auth.headers(outcome.principal)));
      expect(new Set(refreshed.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(refreshed[0]).not.toEqual(first);
      expect(idp.requests.filter((line) => line === 'POST /token').length).toBe(before + 1);
      expect(await auth.headers({ kind: 'anonymous' })).toMatchObject({ ok: false, state: 'needs-sign-in' });
    } finally {
      await idp[Symbol.asyncDispose]();
    }
  },
);

test(
  verifies(['OAU-02', 'OAU-03'], 'upstream: an answer nobody waits for, or one used before, is not redeemed'),
  async () => {
    const idp = await startUpstream();
    try {
      const before = idp.requests.length;
      const go = browser();
      expect((await go('/oauth/upstream?code=x&state=guess')).status).toBe(400);
      expect((await go('/oauth/upstream?error=access_denied')).status).toBe(400);
      expect(idp.requests.length).toBe(before);
      const { client_id = '' } = await register();
      const { location, go: same } = await toConsent(client_id).then(
        async ({ location: consent, go: jar }) => {
          const first = await jar(consent);
          return { location: first.headers.get('location') ?? '', go: jar };
        },
      );
      const state = new URL(location).searchParams.get('state') ?? '';
      const answer = `/oauth/upstream?code=x&state=${state}&iss=`;
      expect((await same(`${answer}${encodeURIComponent('https://evil.example')}`)).status).toBe(400);
      // The right issuer now, but the state is used up.
      expect((await same(`${answer}${encodeURIComponent(idp.issuer)}`)).status).toBe(400);
      expect(idp.requests).not.toContain('POST /token');
    } finally {
      await idp[Symbol.asyncDispose]();
    }
  },
);
