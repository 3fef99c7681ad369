import { expect, test } from 'vitest';
import { createUpstreamAuth } from '../../electron/auth/outgoing/upstream-auth.ts';
import { UPSTREAM_SECRET } from '../../electron/secrets/gateway-secrets.ts';
import { Secret } from '../../electron/secrets/secret.ts';
import { verifies } from '../requirements/verifies.ts';
import {
  advance,
  ask,
  authorizeUrl,
  browser,
  origin,
  register,
  server,
  start,
  store,
  toConsent,
  token,
  verifier,
} from '../support/embedded-world.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';

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
      const outcome = await ask(tokens.access_token);
      expect(outcome).toMatchObject({ ok: true, principal: { issuer: idp.issuer, subject: 'up-1' } });
      if (!outcome.ok) return;
      using auth = createUpstreamAuth('docs', server.upstreamToken);
      const first = await auth.headers(outcome.principal);
      expect(first).toMatchObject({ ok: true });
      expect(JSON.stringify(first)).not.toContain(tokens.access_token);
      advance(290_000);
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
