import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCallerTokens } from '../../electron/auth/caller-tokens.ts';
import { createGuardedFetch, type GuardedFetch } from '../../electron/auth/guarded/guarded-fetch.ts';
import type { AuthOutcome } from '../../electron/auth/incoming/incoming-auth.ts';
import { createOidcAuth } from '../../electron/auth/incoming/oidc/oidc-auth.ts';
import { INTROSPECTION_SECRET } from '../../electron/secrets/gateway-secrets.ts';
import { verifies } from '../requirements/verifies.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { createMemorySecretStore } from '../support/memory-secret-store.ts';

const AUDIENCE = 'https://patchbay.example/mcp';
const CLIENT = {
  client_id: 'direct',
  client_secret: 's3cret-introspection',
  redirect_uris: ['http://127.0.0.1/cb'],
};

let idp: IdentityProvider;
let fetch: GuardedFetch;

beforeAll(async () => {
  idp = await startIdentityProvider({ clients: [CLIENT] });
  fetch = createGuardedFetch({ reach: 'loopback' });
});
afterAll(async () => {
  await fetch[Symbol.asyncDispose]();
  await idp[Symbol.asyncDispose]();
});

function create(introspection = false, secret = CLIENT.client_secret, now = Date.now) {
  const store = createMemorySecretStore([[INTROSPECTION_SECRET, secret]]);
  const auth = createOidcAuth(
    {
      mode: 'oidc',
      issuer: idp.issuer,
      audience: AUDIENCE,
      requiredScopes: ['mcp:read'],
      ...(introspection
        ? { introspection: { url: `${idp.issuer}/token/introspection`, clientId: 'direct' } }
        : {}),
    },
    { fetch, store, callerTokens: createCallerTokens(), mcpPath: '/mcp', now },
  );
  return async (token: string): Promise<AuthOutcome> =>
    auth.authenticate({ authorization: `Bearer ${token}` });
}

test(
  verifies(['B51', 'AIN-03'], 'a token of a real provider, found by discovery, gives the caller'),
  async () => {
    const ask = create();
    const person = { sub: 'u-7', email: 'ada@example.org', name: 'Ada' };
    expect(await ask(await idp.accessToken(person, AUDIENCE))).toEqual({
      ok: true,
      principal: { kind: 'user', issuer: idp.issuer, subject: 'u-7', email: 'ada@example.org', name: 'Ada' },
    });
    expect(await ask(await idp.accessToken(person, 'https://other.example/'))).toMatchObject({
      ok: false,
      status: 401,
    });
  },
);

test(verifies(['B60'], 'many callers at once are each told as themselves'), async () => {
  const ask = create();
  const people = Array.from({ length: 20 }, (_, index) => ({ sub: `u-${index}`, name: `N${index}` }));
  const tokens = await Promise.all(people.map((person) => idp.accessToken(person, AUDIENCE)));
  const asked = Array.from({ length: 1_000 }, (_, index) => index % 20);
  const outcomes = await Promise.all(asked.map((index) => ask(tokens[index] ?? '')));
  for (const [call, index] of asked.entries()) {
    expect(outcomes[call]).toMatchObject({
      ok: true,
      principal: { subject: `u-${index}`, name: `N${index}` },
    });
  }
});

test(
  verifies(['AIN-03'], 'an opaque token is introspected; without a setting for it, it is refused'),
  async () => {
    const opaque = await idp.accessToken({ sub: 'u-8' }, AUDIENCE, { format: 'opaque' });
    expect(opaque).not.toContain('.');
    expect(await create()(opaque)).toMatchObject({ ok: false, status: 401 });
    const ask = create(true);
    expect(await ask(opaque)).toMatchObject({ ok: true, principal: { subject: 'u-8' } });
    expect(await ask('no-such-token')).toMatchObject({ ok: false, status: 401 });
    const other = await idp.accessToken({ sub: 'u-8' }, 'https://other.example/', { format: 'opaque' });
    expect(await ask(other)).toMatchObject({ ok: false, status: 401 });
  },
);

test(verifies(['AIN-06'], 'introspection that cannot be asked is 503, not in and not 401'), async () => {
  const opaque = await idp.accessToken({ sub: 'u-9' }, AUDIENCE, { format: 'opaque' });
  expect(await create(true, 'wrong-secret')(opaque)).toMatchObject({ ok: false, status: 503 });
});

test(verifies(['AIN-04'], 'wrong opaque tokens in a loop do not become a loop of questions'), async () => {
  const ask = create(true);
  await ask('guess-1');
  const before = idp.requests.length;
  for (let count = 0; count < 100; count += 1) await ask('guess-1');
  expect(idp.requests.length).toBe(before);
});

test(
  verifies(
    ['CLK-01'],
    'what was introspected is asked for anew after 30 s, also when the clock was set back',
  ),
  async () => {
    const opaque = await idp.accessToken({ sub: 'u-10' }, AUDIENCE, { format: 'opaque' });
    let clock = Date.now();
    const ask = create(true, CLIENT.client_secret, () => clock);
    const questions = (): number => idp.requests.filter((line) => line.endsWith('/introspection')).length;
    const before = questions();
    for (const ms of [0, 29_000, 2_000, -24 * 3_600_000]) {
      clock += ms;
      expect((await ask(opaque)).ok).toBe(true);
    }
    expect(questions() - before).toBe(3);
  },
);
