import { expect, test } from 'vitest';
import type { GuardedFetch } from '../../electron/auth/guarded/guarded-fetch.ts';
import { verifies } from '../requirements/verifies.ts';
import {
  advance,
  agree,
  ask,
  authorizeUrl,
  browser,
  decide,
  origin,
  PROFILE,
  REDIRECT,
  register,
  server,
  signIn,
  start,
  toConsent,
  token,
  verifier,
} from '../support/embedded-world.ts';

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
    expect(tokens.refresh_token).toBeDefined();
    expect(await ask(tokens.access_token)).toEqual({
      ok: true,
      principal: { kind: 'user', issuer: origin, subject: 'u-1', email: 'jo@example.org', name: 'Jo' },
    });
    expect(server.authenticate({ authorization: `Bearer ${tokens.access_token}` })).not.toBeInstanceOf(
      Promise,
    );
    expect(await ask('guess')).toMatchObject({
      ok: false,
      status: 401,
      challenge: expect.stringContaining('resource_metadata='),
    });
    // The library dates a token by the wall clock, which went on while signing in: a minute on top of its hour.
    advance(3_660_000);
    expect((await ask(tokens.access_token)).ok).toBe(false);
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
  const at = await toConsent(first.client_id ?? '');
  await decide(at);
  const again = await at.go(authorizeUrl(second.client_id ?? ''));
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
    expect((await register({ redirect_uris: [uri] })).status).toBe('400');
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
    const [mine, other] = [(await register()).client_id ?? '', (await register()).client_id ?? ''];
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
    expect((await ask(tokens.access_token)).ok).toBe(true);
    expect(await token({ grant_type, client_id: mine, code: once, code_verifier: verifier })).toMatchObject({
      error: 'invalid_grant',
    });
    expect((await ask(tokens.access_token)).ok).toBe(false);
  },
);

test(verifies(['OAU-13'], 'refresh tokens rotate; an old one used again ends the family'), async () => {
  const { client_id = '' } = await register();
  const first = await signIn(client_id);
  const refresh = (value: string | undefined) =>
    token({ grant_type: 'refresh_token', client_id, refresh_token: value ?? '' });
  const second = await refresh(first.refresh_token);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect((await ask(second.access_token)).ok).toBe(true);
  expect(await refresh(first.refresh_token)).toMatchObject({ error: 'invalid_grant' });
  expect(await refresh(second.refresh_token)).toMatchObject({ error: 'invalid_grant' });
  expect((await ask(second.access_token)).ok).toBe(false);
});

test('a withdrawn token is refused with the next request', async () => {
  const { client_id = '' } = await register();
  const tokens = await signIn(client_id);
  expect((await ask(tokens.access_token)).ok).toBe(true);
  const body = new URLSearchParams({ client_id, token: tokens.access_token ?? '' });
  expect((await fetch(`${origin}/oauth/revoke`, { method: 'POST', body })).status).toBe(200);
  expect((await ask(tokens.access_token)).ok).toBe(false);
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
    expect((await ask(tokens.access_token)).ok).toBe(false);
    const renewed = await token({
      grant_type: 'refresh_token',
      client_id,
      refresh_token: tokens.refresh_token ?? '',
    });
    expect((await ask(renewed.access_token)).ok).toBe(true);
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
    refresh_token: tokens.refresh_token ?? '',
  });
  expect(renewed.error).toBe('invalid_grant');
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
    expect((await ask(tokens.access_token)).ok).toBe(true);
  },
);
