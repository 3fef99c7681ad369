import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CallerTokens, createCallerTokens } from '../../electron/auth/caller-tokens.ts';
import { createOutgoingAuth } from '../../electron/auth/outgoing/create-outgoing-auth.ts';
import type { AuthHeaders } from '../../electron/auth/outgoing/outgoing-auth.ts';
import type { OwnedOutgoingAuth } from '../../electron/auth/outgoing/static-auth.ts';
import { Secret } from '../../electron/secrets/secret.ts';
import type { SecretRef } from '../../electron/secrets/secret-store.ts';
import type { OutgoingAuthSettings } from '../../shared/config/outgoing-settings.ts';
import type { UserPrincipal } from '../../shared/identity/principal.ts';
import { verifies } from '../requirements/verifies.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { createMemorySecretStore, type MemorySecretStore } from '../support/memory-secret-store.ts';

const SECRET: SecretRef = { backend: 'docs', kind: 'auth', name: 'client-secret' };
const CALLER = { kind: 'anonymous' } as const;
const CLIENT = {
  client_id: 'machine',
  client_secret: 'canary-machine-secret',
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
};

const DIRECT = {
  client_id: 'direct',
  client_secret: 'direct-secret',
  redirect_uris: ['http://127.0.0.1/cb'],
};

let idp: IdentityProvider;
let store: MemorySecretStore;
let callerTokens: CallerTokens;
let clock: number;
let auth: OwnedOutgoingAuth | undefined;
/** What the token endpoint got in exchanges: subject tokens in order. */
let exchanged: { subject: string; audience: string | null; authorization: string | undefined }[];

beforeEach(async () => {
  idp = await startIdentityProvider({ clients: [CLIENT, DIRECT] });
  store = createMemorySecretStore([[SECRET, CLIENT.client_secret]]);
  callerTokens = createCallerTokens();
  clock = Date.now();
  exchanged = [];
});
afterEach(async () => {
  auth?.[Symbol.dispose]();
  await idp[Symbol.asyncDispose]();
});

function create(settings: OutgoingAuthSettings): OwnedOutgoingAuth {
  const made = createOutgoingAuth('docs', settings, store, { callerTokens, now: () => clock });
  if (!made.ok) throw new Error(made.problems[0]?.message);
  auth = made.value;
  return made.value;
}

const value = (answer: AuthHeaders): string => (answer.ok ? (answer.headers[0]?.[1] ?? '') : answer.state);
const tokenRequests = (): number => idp.requests.filter((line) => line === 'POST /token').length;

test('client credentials: found by the issuer, one token for all calls until shortly before it expires', async () => {
  const made = create({ strategy: 'client_credentials', issuer: idp.issuer, clientId: 'machine' });
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => value(await made.headers(CALLER))),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toMatch(/^Bearer /);
  expect(made.headers(CALLER)).not.toBeInstanceOf(Promise);
  expect(tokenRequests()).toBe(1);
  clock += 280_000;
  expect(value(await made.headers(CALLER))).not.toBe(answers[0]);
  expect(tokenRequests()).toBe(2);
});

test(
  verifies(['STA-01'], 'client credentials without their secret ask nobody; a set one counts at once'),
  async () => {
    await store.remove(SECRET);
    const made = create({
      strategy: 'client_credentials',
      tokenUrl: `${idp.issuer}/token`,
      clientId: 'machine',
    });
    expect(await made.headers(CALLER)).toMatchObject({ ok: false, state: 'secret-missing' });
    expect(tokenRequests()).toBe(0);
    await store.write(SECRET, new Secret(CLIENT.client_secret));
    expect((await made.headers(CALLER)).ok).toBe(true);
  },
);

test(
  verifies(['AOU-02', 'SEC-05'], 'a refused secret is told with a registered code only, and is no loop'),
  async () => {
    await store.write(SECRET, new Secret('canary-wrong'));
    const made = create({
      strategy: 'client_credentials',
      tokenUrl: `${idp.issuer}/token`,
      clientId: 'machine',
    });
    for (let call = 0; call < 10; call += 1) {
      const answer = await made.headers(CALLER);
      expect(answer).toMatchObject({
        ok: false,
        state: 'failed',
        message: expect.stringContaining('invalid_client'),
      });
      expect(JSON.stringify(answer)).not.toContain('canary');
    }
    expect(tokenRequests()).toBe(1);
  },
);

test(
  verifies(['AOU-02'], 'a backend that refuses every token does not make a token request of every call'),
  async () => {
    const made = create({
      strategy: 'client_credentials',
      tokenUrl: `${idp.issuer}/token`,
      clientId: 'machine',
    });
    for (let call = 0; call < 10; call += 1) {
      await made.headers(CALLER);
      made.refused?.(401, undefined);
    }
    expect(tokenRequests()).toBe(1);
    clock += 5_001;
    await made.headers(CALLER);
    expect(tokenRequests()).toBe(2);
  },
);

test(
  verifies(
    ['CLK-01'],
    'a refused token is replaced soon, also when the clock was set back; one jump, one request',
  ),
  async () => {
    const made = create({
      strategy: 'client_credentials',
      tokenUrl: `${idp.issuer}/token`,
      clientId: 'machine',
    });
    const first = value(await made.headers(CALLER));
    clock -= 24 * 3_600_000;
    made.refused?.(401, undefined);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => value(await made.headers(CALLER))),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).not.toBe(first);
    clock += 48 * 3_600_000;
    await Promise.all(Array.from({ length: 20 }, () => made.headers(CALLER)));
    expect(tokenRequests()).toBe(3);
  },
);

/** Plays the exchange: the answer names the subject that was presented. */
function playExchange(): void {
  idp.intercept = (request, response) => {
    if (request.url !== '/token') return false;
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const subject = form.get('subject_token') ?? '';
      exchanged.push({
        subject,
        audience: form.get('audience'),
        authorization: request.headers.authorization,
      });
      const { sub } = decodeJwt(subject);
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const issued_token_type = 'urn:ietf:params:oauth:token-type:access_token';
      response.end(
        JSON.stringify({
          access_token: `for-${sub}`,
          token_type: 'Bearer',
          expires_in: 120,
          issued_token_type,
        }),
      );
    });
    return true;
  };
}

async function person(sub: string): Promise<{ principal: UserPrincipal; token: string }> {
  const token = await idp.accessToken({ sub }, 'https://patchbay.example/mcp');
  const principal: UserPrincipal = { kind: 'user', issuer: idp.issuer, subject: sub };
  callerTokens.remember(principal, new Secret(token));
  return { principal, token };
}

const EXCHANGE = { strategy: 'token_exchange', audience: 'https://docs.example' } as const;

test(
  verifies(
    ['B60', 'AOU-04'],
    'token exchange: two callers in 1,000 mixed calls each get their own, asked for once each',
  ),
  async () => {
    playExchange();
    const made = create({ ...EXCHANGE, tokenUrl: `${idp.issuer}/token`, clientId: 'machine' });
    const [ada, bob] = [await person('ada'), await person('bob')];
    const calls = Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? ada : bob));
    const answers = await Promise.all(
      calls.map(async ({ principal }) => value(await made.headers(principal))),
    );
    for (const [index, answer] of answers.entries())
      expect(answer).toBe(`Bearer for-${calls[index]?.principal.subject}`);
    expect(exchanged.map(({ subject }) => subject).sort()).toEqual([ada.token, bob.token].sort());
    expect(exchanged[0]?.audience).toBe('https://docs.example');
    for (const answer of answers) expect(answer).not.toContain(ada.token);
  },
);

test(
  verifies(['B58'], 'a caller with a newer token gets a newer exchange; an expired one is exchanged again'),
  async () => {
    playExchange();
    const made = create({ ...EXCHANGE, tokenUrl: `${idp.issuer}/token` });
    const first = await person('ada');
    await made.headers(first.principal);
    clock += 60_000;
    expect(made.headers(first.principal)).not.toBeInstanceOf(Promise);
    clock += 31_000;
    await made.headers(first.principal);
    expect(exchanged.length).toBe(2);
    const second = await person('ada');
    await made.headers(second.principal);
    expect(exchanged[2]?.subject).toBe(second.token);
  },
);

test(
  verifies(['AIN-03'], 'callers without a token of their own are refused, not exchanged for somebody'),
  async () => {
    playExchange();
    const made = create({ ...EXCHANGE, tokenUrl: `${idp.issuer}/token` });
    const copy = { ...(await person('ada')).principal };
    for (const caller of [CALLER, { kind: 'local', client: 'cursor', tokenId: 'x' } as const, copy]) {
      expect(await made.headers(caller)).toMatchObject({ ok: false, state: 'needs-sign-in' });
    }
    expect(exchanged).toEqual([]);
  },
);
