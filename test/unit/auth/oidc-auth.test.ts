import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { createCallerTokens } from '../../../electron/auth/caller-tokens.ts';
import type { GuardedFetch } from '../../../electron/auth/guarded/guarded-fetch.ts';
import type { AuthOutcome } from '../../../electron/auth/incoming/incoming-auth.ts';
import { createOidcAuth } from '../../../electron/auth/incoming/oidc/oidc-auth.ts';
import {
  protectedResource,
  protectedResourcePaths,
} from '../../../electron/auth/incoming/oidc/protected-resource.ts';
import { verifies } from '../../requirements/verifies.ts';
import { createMemorySecretStore } from '../../support/memory-secret-store.ts';

const ISSUER = 'https://idp.example';
const AUDIENCE = 'patchbay';
const ORIGIN = 'http://localhost:4780';
const DAY = 86_400_000;

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let first: Pair;
let second: Pair;
let clock: number;
let listed: JWK[];
let down: boolean;
let asked: string[];

beforeAll(async () => {
  first = await generateKeyPair('ES256', { extractable: true });
  second = await generateKeyPair('ES256', { extractable: true });
});

beforeEach(async () => {
  clock = Date.UTC(2026, 10, 21);
  listed = [{ ...(await exportJWK(first.publicKey)), kid: 'one', alg: 'ES256' }];
  down = false;
  asked = [];
});

const fetch = Object.assign(
  async (url: string | URL) => {
    asked.push(`${url}`);
    if (down) throw new Error('down');
    return Response.json({ keys: listed });
  },
  { [Symbol.asyncDispose]: async () => {} },
) as GuardedFetch;

function create(more: object = {}) {
  const callerTokens = createCallerTokens();
  const settings = {
    mode: 'oidc',
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUri: `${ISSUER}/jwks`,
    ...more,
  } as const;
  const dependencies = {
    fetch,
    store: createMemorySecretStore(),
    callerTokens,
    mcpPath: '/mcp',
    now: () => clock,
  };
  const auth = createOidcAuth({ requiredScopes: [], ...settings }, dependencies);
  const ask = async (token: string): Promise<AuthOutcome> =>
    auth.authenticate({ authorization: `Bearer ${token}`, origin: ORIGIN });
  return { auth, ask, callerTokens };
}

const seconds = (offset: number): number => Math.floor(clock / 1000) + offset;

function sign(
  claims: object = {},
  header: object = {},
  key = first.privateKey,
  crit: Record<string, boolean> = {},
): Promise<string> {
  const all = { iss: ISSUER, aud: AUDIENCE, sub: 'u-1', exp: seconds(300), ...claims };
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new SignJWT(kept).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(key, { crit });
}

test(verifies(['B51', 'B62'], 'a verified token becomes its principal'), async () => {
  const { ask, callerTokens } = create();
  const token = await sign({ email: 'jo@example.org', name: 7 });
  const outcome = await ask(token);
  expect(outcome).toEqual({
    ok: true,
    principal: { kind: 'user', issuer: ISSUER, subject: 'u-1', email: 'jo@example.org' },
  });
  expect(outcome.ok && callerTokens.tokenOf(outcome.principal)?.reveal()).toBe(token);
});

test('a token seen before is answered at once, with the same principal, until it expires', async () => {
  const { auth, ask } = create();
  const token = await sign();
  const outcome = await ask(token);
  expect(auth.authenticate({ authorization: `bearer ${token}` })).toBe(outcome);
  clock += 361_000;
  expect((await ask(token)).ok).toBe(false);
});

test.each<[string, () => Promise<string> | string]>([
  ['alg none', () => new UnsecuredJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'u', exp: 9e9 }).encode()],
  [
    'HS256 with the public key',
    async () => {
      const secret = new TextEncoder().encode(JSON.stringify(listed[0]));
      const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'u', exp: seconds(300) };
      return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret);
    },
  ],
  ['another audience', () => sign({ aud: 'other' })],
  ['our audience as a part of another', () => sign({ aud: `${AUDIENCE}-admin` })],
  ['no audience', () => sign({ aud: undefined })],
  ['another issuer', () => sign({ iss: 'https://evil.example' })],
  ['the issuer with a slash', () => sign({ iss: `${ISSUER}/` })],
  ['no exp', () => sign({ exp: undefined })],
  ['exp as text', () => sign({ exp: '9999999999' })],
  ['no sub', () => sign({ sub: undefined })],
  ['an empty sub', () => sign({ sub: '' })],
  ['a numeric sub', () => sign({ sub: 7 })],
  ['another key', () => sign({}, {}, second.privateKey)],
  ['a critical header nobody knows', () => sign({}, { crit: ['x'], x: 1 }, first.privateKey, { x: true })],
  [
    'a changed payload',
    async () => (await sign()).replace(/\.[^.]+\./, `.${btoa('{"sub":"root"}').replace(/=/g, '')}.`),
  ],
  ['no JWT', () => 'opaque'],
])(verifies(['AIN-03', 'B62'], 'refused with 401: %s'), async (_name, make) => {
  const outcome = await create().ask(await make());
  expect(outcome).toMatchObject({ ok: false, status: 401 });
  expect(outcome.ok || outcome.challenge).toBe(
    `Bearer realm="patchbay", error="invalid_token", resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource/mcp"`,
  );
});

test.each<[string, object, boolean]>([
  ['an audience list with us', { aud: ['x', AUDIENCE] }, true],
  ['expired 60 s ago', { exp: -60 }, true],
  ['expired 61 s ago', { exp: -61 }, false],
  ['valid in 60 s', { nbf: 60 }, true],
  ['valid in 61 s', { nbf: 61 }, false],
])(verifies(['AIN-05'], '%s: %o accepted %s'), async (_name, claims, accepted) => {
  const timed = Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, typeof value === 'number' ? seconds(value) : value]),
  );
  expect((await create().ask(await sign(timed))).ok).toBe(accepted);
});

test(
  verifies(['AIN-04'], 'addresses in the token header are not asked, and odd key ids find nothing'),
  async () => {
    const evil = 'https://evil.example/jwks';
    const jwk = await exportJWK(second.publicKey);
    const header = { jku: evil, x5u: evil, jwk, kid: '../../../etc/passwd' };
    expect((await create().ask(await sign({}, header, second.privateKey))).ok).toBe(false);
    expect(new Set(asked)).toEqual(new Set([`${ISSUER}/jwks`]));
  },
);

test(verifies(['AIN-04'], '1,000 unknown key ids in a minute lead to one question'), async () => {
  const { ask } = create();
  await ask(await sign());
  clock += 60_000;
  for (let count = 0; count < 1_000; count += 1) {
    clock += 50;
    await ask(await sign({}, { kid: `k${count}` }));
  }
  expect(asked.length).toBe(2);
});

test(
  verifies(
    ['AIN-04'],
    'a rotated key is found with the next question, and the old one ends with its listing',
  ),
  async () => {
    const { ask } = create();
    const old = await sign({ exp: seconds(7_200) });
    expect((await ask(old)).ok).toBe(true);
    clock += 61_000;
    listed = [{ ...(await exportJWK(second.publicKey)), kid: 'two' }];
    expect((await ask(await sign({}, { kid: 'two' }, second.privateKey))).ok).toBe(true);
    expect((await ask(old)).ok).toBe(false);
  },
);

test(
  verifies(['AIN-06'], 'issuer down: with keys callers go on for 24 h, then and without any it is 503'),
  async () => {
    const { ask } = create();
    down = true;
    expect(await ask(await sign())).toMatchObject({ ok: false, status: 503 });
    down = false;
    clock += 5_001;
    expect((await ask(await sign())).ok).toBe(true);
    down = true;
    clock += DAY - 1_000;
    expect((await ask(await sign())).ok).toBe(true);
    clock += 2_000;
    expect(await ask(await sign())).toMatchObject({ ok: false, status: 503 });
  },
);

test(verifies(['AIN-06'], 'an answer that is no key set does not replace the keys'), async () => {
  const { ask } = create();
  expect((await ask(await sign())).ok).toBe(true);
  listed = [];
  clock += 61_000;
  await ask(await sign({}, { kid: 'unknown' }));
  expect((await ask(await sign())).ok).toBe(true);
});

test.each<[object, number | 'in']>([
  [{ scope: 'mcp:read mcp:write' }, 'in'],
  [{ scp: ['mcp:read', 'mcp:write'] }, 'in'],
  [{ scp: 'mcp:write mcp:read' }, 'in'],
  [{ scope: 'mcp:read' }, 403],
  [{ scope: 'mcp:reader mcp:write' }, 403],
  [{}, 403],
])(verifies(['AIN-03'], 'required scopes: %o is %s'), async (claims, expected) => {
  const outcome = await create({ requiredScopes: ['mcp:read', 'mcp:write'] }).ask(await sign(claims));
  expect(outcome.ok ? 'in' : outcome.status).toBe(expected);
  if (!outcome.ok)
    expect(outcome.challenge).toContain('error="insufficient_scope", scope="mcp:read mcp:write"');
});

test(verifies(['AIN-01'], 'no token: a challenge that names the metadata and no error'), async () => {
  const outcome = await create().auth.authenticate({ authorization: undefined, origin: ORIGIN });
  expect(outcome).toMatchObject({ ok: false, status: 401 });
  expect(outcome.ok || outcome.challenge).not.toContain('error');
});

test('the protected resource names the very address that was asked', () => {
  expect(protectedResource(ORIGIN, '/mcp', ISSUER, ['mcp:read'])).toEqual({
    resource: 'http://localhost:4780/mcp',
    authorization_servers: [ISSUER],
    scopes_supported: ['mcp:read'],
    bearer_methods_supported: ['header'],
    resource_name: 'Patchbay',
  });
  expect(protectedResourcePaths('/mcp')[0]).toBe('/.well-known/oauth-protected-resource/mcp');
});

test(
  verifies(
    ['CLK-01', 'AIN-04'],
    'a key that is new is looked for, also when the clock was set back by a day',
  ),
  async () => {
    const { ask } = create();
    expect((await ask(await sign())).ok).toBe(true);
    clock -= DAY;
    listed = [...listed, { ...(await exportJWK(second.publicKey)), kid: 'two', alg: 'ES256' }];
    expect((await ask(await sign({}, { kid: 'two' }, second.privateKey))).ok).toBe(true);
    expect(asked).toHaveLength(2);
    for (let call = 0; call < 20; call += 1) await ask(await sign({}, { kid: 'three' }));
    expect(asked).toHaveLength(2);
  },
);
