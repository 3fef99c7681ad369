import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFetchFrom } from '../../electron/auth/guarded/fetch-from.ts';
import type { GuardedFetch } from '../../electron/auth/guarded/guarded-fetch.ts';
import { createOAuthAuth, type OAuthAuth } from '../../electron/auth/outgoing/oauth/oauth-auth.ts';
import type { OAuthSettings } from '../../electron/auth/outgoing/oauth/sign-in.ts';
import { parseSignIn, signInRef } from '../../electron/auth/outgoing/oauth/stored-sign-in.ts';
import type { AuthHeaders } from '../../electron/auth/outgoing/outgoing-auth.ts';
import { createPassingSecrets } from '../../electron/secrets/passing-secrets.ts';
import { Secret } from '../../electron/secrets/secret.ts';
import { createSecretRegistry } from '../../electron/secrets/secret-registry.ts';
import { verifies } from '../requirements/verifies.ts';
import { browse, type Page } from '../support/browser.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { createMemorySecretStore, type MemorySecretStore } from '../support/memory-secret-store.ts';
import { type ProtectedBackend, startProtectedBackend } from '../support/protected-backend.ts';

const CALLER = { kind: 'anonymous' } as const;
const REF = signInRef('docs');

let idp: IdentityProvider;
let backend: ProtectedBackend;
let fetch: GuardedFetch;
let store: MemorySecretStore;
let clock: number;
let opened: string[];
let pages: Promise<Page>[];
/** What stands between opening the browser and the page it shows. */
let steer: (url: string) => Promise<Page>;

beforeEach(async () => {
  idp = await startIdentityProvider();
  backend = await startProtectedBackend(idp.issuer);
  fetch = createFetchFrom([backend.url]);
  store = createMemorySecretStore();
  clock = Date.now();
  opened = [];
  pages = [];
  steer = (url) => browse(url);
});
afterEach(async () => {
  await Promise.allSettled(pages);
  await fetch[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
  await idp[Symbol.asyncDispose]();
});

function create(settings: Partial<OAuthSettings> = {}): OAuthAuth {
  return createOAuthAuth(
    'docs',
    backend.url,
    { strategy: 'oauth', ...settings },
    {
      store,
      fetch,
      now: () => clock,
      openExternal: async (url) => {
        opened.push(url);
        pages.push(steer(url));
      },
    },
  );
}

function tokenOf(answer: AuthHeaders): string {
  if (!answer.ok) throw new Error(answer.message);
  return answer.headers[0]?.[1].replace('Bearer ', '') ?? '';
}

function stored() {
  const value = store.peek(REF);
  return value === undefined ? undefined : parseSignIn({ state: 'found', secret: new Secret(value) });
}

const count = (request: string): number => idp.requests.filter((line) => line === request).length;

test(
  verifies(['AOU-01'], 'signing in: discovery, registration, one tab, a token for this very resource'),
  async () => {
    using auth = create();
    expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'needs-sign-in' });
    expect(opened).toEqual([]);
    expect(await auth.signIn()).toEqual({ ok: true, value: idp.issuer });
    expect(opened.length).toBe(1);
    const address = new URL(opened[0] ?? '');
    expect(address.searchParams.get('code_challenge_method')).toBe('S256');
    expect(address.searchParams.get('resource')).toBe(backend.url);
    expect(address.searchParams.get('state')).toMatch(/^[\w-]{43}$/);
    const answer = auth.headers(CALLER);
    expect(answer).not.toBeInstanceOf(Promise);
    expect(decodeJwt(tokenOf(await answer))).toMatchObject({ aud: backend.url, sub: 'u-1', iss: idp.issuer });
    expect(auth.state).toMatchObject({ state: 'signed-in', issuer: idp.issuer });
    const page = await pages[0];
    expect(page?.status).toBe(200);
    expect(page?.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page?.text).not.toContain('<script');
  },
);

test(
  verifies(['SEC-05', 'AOU-01'], 'tokens lie in the store only and are there after a restart'),
  async () => {
    const first = create();
    await first.signIn();
    const token = tokenOf(await first.headers(CALLER));
    first[Symbol.dispose]();
    using second = create();
    expect(tokenOf(await second.headers(CALLER))).toBe(token);
    expect(second.state.state).toBe('signed-in');
    expect(JSON.stringify(second.state)).not.toContain(token);
  },
);

test(
  verifies(['SEC-05', 'AOU-04'], 'the tokens inside of a stored sign-in are cleaned out of any text'),
  async () => {
    const registry = createSecretRegistry();
    const note = createPassingSecrets(registry);
    for (const round of [1, 2]) {
      using auth = createOAuthAuth(
        'docs',
        backend.url,
        { strategy: 'oauth' },
        {
          store,
          fetch,
          now: () => clock,
          note,
          openExternal: async (url) => void pages.push(browse(url)),
        },
      );
      if (round === 1) await auth.signIn();
      const token = tokenOf(await auth.headers(CALLER));
      const refresh = stored()?.tokens?.refresh_token ?? '';
      const line = registry.scrub(`a ${token} b ${refresh} c ${encodeURIComponent(refresh)}`);
      expect(line).toBe('a [secret] b [secret] c [secret]');
      await Promise.all(pages);
    }
  },
);

test('two clicks are one sign-in and one tab', async () => {
  using auth = create();
  const [left, right] = await Promise.all([auth.signIn(), auth.signIn()]);
  expect(left).toBe(right);
  expect(opened.length).toBe(1);
});

test(
  verifies(['AOU-01'], 'an expired token is refreshed once for all waiting calls, and all get the new one'),
  async () => {
    using auth = create();
    await auth.signIn();
    const before = tokenOf(await auth.headers(CALLER));
    const rotated = stored()?.tokens?.refresh_token;
    clock += 280_000;
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => tokenOf(await auth.headers(CALLER))),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).not.toBe(before);
    expect(count('POST /token')).toBe(2);
    expect(stored()?.tokens?.access_token).toBe(answers[0]);
    expect(stored()?.tokens?.refresh_token).not.toBe(rotated);
  },
);

test(
  verifies(['AOU-02'], 'a refused refresh ends in "sign in again", without a loop and without a browser'),
  async () => {
    using auth = create();
    await auth.signIn();
    idp.intercept = (request, response) => {
      if (request.url !== '/token') return false;
      response.writeHead(400, { 'Content-Type': 'application/json' });
      response.end('{"error":"invalid_grant","error_description":"<b>evil text</b>"}');
      return true;
    };
    clock += 300_000;
    for (let call = 0; call < 20; call += 1) {
      const answer = await auth.headers(CALLER);
      expect(answer).toMatchObject({ ok: false, state: 'needs-sign-in' });
      expect(JSON.stringify(answer)).not.toContain('evil');
    }
    expect(count('POST /token')).toBe(2);
    expect(opened.length).toBe(1);
    expect(auth.state).toMatchObject({ state: 'sign-in-again' });
    expect(stored()?.tokens).toBeUndefined();
  },
);

test(
  verifies(
    ['AOU-03'],
    'a lost refresh answer is asked for once more; a rotated token then means "sign in again"',
  ),
  async () => {
    using auth = create();
    await auth.signIn();
    const old = stored()?.tokens?.refresh_token;
    let asked = 0;
    idp.intercept = (request, response) => {
      if (request.url !== '/token') return false;
      asked += 1;
      // Until a new one is there, the old one is kept.
      expect(stored()?.tokens?.refresh_token).toBe(old);
      if (asked === 1) response.destroy();
      else response.writeHead(400, { 'Content-Type': 'application/json' }).end('{"error":"invalid_grant"}');
      return true;
    };
    clock += 300_000;
    expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'needs-sign-in' });
    await auth.headers(CALLER);
    expect(asked).toBe(2);
  },
);

test(
  verifies(
    ['AOU-03'],
    'a server that is down does not end the sign-in; it is not asked on every call either',
  ),
  async () => {
    using auth = create();
    await auth.signIn();
    let asked = 0;
    idp.intercept = (request, response) => {
      if (request.url !== '/token') return false;
      asked += 1;
      response.destroy();
      return true;
    };
    clock += 300_000;
    for (let call = 0; call < 10; call += 1) {
      expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'failed' });
    }
    expect(asked).toBe(2);
    idp.intercept = () => false;
    clock += 10_001;
    expect((await auth.headers(CALLER)).ok).toBe(true);
  },
);

test(
  verifies(['AOU-03', 'SEC-02'], 'new tokens serve from memory while the keychain is locked'),
  async () => {
    using auth = create();
    await auth.signIn();
    store.setState({ state: 'locked', reason: 'Locked.' });
    clock += 300_000;
    const token = tokenOf(await auth.headers(CALLER));
    expect(tokenOf(await auth.headers(CALLER))).toBe(token);
    expect(count('POST /token')).toBe(2);
  },
);

test(
  verifies(['OAU-03'], 'an answer with another iss, or without the promised one, is not redeemed'),
  async () => {
    for (const iss of ['https://evil.example', undefined]) {
      using auth = create();
      steer = async (url) => {
        const address = new URL(url);
        const back = new URL(address.searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('state', address.searchParams.get('state') ?? '');
        back.searchParams.set('error', 'access_denied');
        back.searchParams.set('error_description', 'evil text');
        if (iss !== undefined) back.searchParams.set('iss', iss);
        return browse(back.href);
      };
      const result = await auth.signIn();
      expect(result).toMatchObject({ ok: false, problems: [{ code: 'auth.issuer-mismatch' }] });
      expect(JSON.stringify(result)).not.toMatch(/evil|access_denied/);
    }
    expect(count('POST /token')).toBe(0);
  },
);

test(
  verifies(
    ['OAU-02'],
    'wrong, missing and doubled state get 400 and end nothing; the right answer still counts',
  ),
  async () => {
    using auth = create();
    const wrong: number[] = [];
    steer = async (url) => {
      const back = new URL(url).searchParams.get('redirect_uri') ?? '';
      const state = new URL(url).searchParams.get('state') ?? '';
      for (const query of [
        '?code=x',
        '?code=x&state=wrong',
        `?code=x&state=${state}&state=x`,
        `?code=a&code=b&state=${state}`,
      ]) {
        wrong.push((await browse(back + query)).status);
      }
      wrong.push((await browse(`${back}/more?code=x&state=${state}`)).status);
      return browse(url);
    };
    expect((await auth.signIn()).ok).toBe(true);
    expect(wrong).toEqual([400, 400, 400, 400, 400]);
    expect(count('POST /token')).toBe(1);
    // One shot: nobody listens any more.
    await expect(
      globalThis.fetch(new URL(opened[0] ?? '').searchParams.get('redirect_uri') ?? ''),
    ).rejects.toThrow();
  },
);

test.each([
  'file:///etc/passwd',
  'http://remote.example/a',
  'https://idp.example/a`id`',
  'https://i.example/$(id)',
  'https://u:p@i.example/',
])(verifies(['OAU-01'], 'the address %s is not opened'), async (endpoint) => {
  using auth = create();
  idp.intercept = (request, response) => {
    if (!request.url?.includes('.well-known')) return false;
    const metadata = {
      issuer: idp.issuer,
      authorization_endpoint: endpoint,
      token_endpoint: `${idp.issuer}/token`,
      registration_endpoint: `${idp.issuer}/reg`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    };
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(metadata));
    return true;
  };
  const result = await auth.signIn();
  expect(result).toMatchObject({ ok: false, problems: [{ code: 'auth.unsafe-address' }] });
  expect(opened).toEqual([]);
  expect(count('POST /reg')).toBe(0);
});

test(
  verifies(['OAU-05'], 'a server without S256 is refused before anything is registered or opened'),
  async () => {
    using auth = create();
    idp.intercept = (request, response) => {
      if (!request.url?.includes('.well-known')) return false;
      const metadata = {
        issuer: idp.issuer,
        authorization_endpoint: `${idp.issuer}/auth`,
        token_endpoint: `${idp.issuer}/token`,
        response_types_supported: ['code'],
      };
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(metadata));
      return true;
    };
    expect(await auth.signIn()).toMatchObject({ ok: false, problems: [{ code: 'auth.no-pkce' }] });
    expect(opened).toEqual([]);
  },
);

test(
  verifies(['OAU-06'], 'metadata that leads to a private address is not followed from a public backend'),
  async () => {
    const asPublic = createFetchFrom(['https://public.example/mcp'], {
      resolve: async () => [{ address: '93.184.216.34', family: 4 }],
    });
    using auth = createOAuthAuth(
      'docs',
      backend.url,
      { strategy: 'oauth' },
      {
        store,
        fetch: asPublic,
        now: () => clock,
        openExternal: async () => {},
      },
    );
    auth.refused?.(
      401,
      `Bearer resource_metadata="${backend.origin}/.well-known/oauth-protected-resource/mcp"`,
    );
    expect(await auth.signIn()).toMatchObject({ ok: false, problems: [{ code: 'auth.guarded-address' }] });
    expect(backend.requests).toEqual([]);
    await asPublic[Symbol.asyncDispose]();
  },
);

test(
  verifies(['OAU-10'], 'a registration with another redirect address, or of 10 MB, is refused'),
  async () => {
    for (const answer of [
      JSON.stringify({ client_id: 'c', redirect_uris: ['https://evil.example/cb'] }),
      JSON.stringify({
        client_id: 'c',
        redirect_uris: ['http://127.0.0.1/'],
        padding: 'x'.repeat(10_000_000),
      }),
    ]) {
      using auth = create();
      idp.intercept = (request, response) => {
        if (request.url !== '/reg') return false;
        response.writeHead(201, { 'Content-Type': 'application/json' }).end(answer);
        return true;
      };
      expect((await auth.signIn()).ok).toBe(false);
    }
    expect(opened).toEqual([]);
  },
);

test(
  verifies(
    ['OAU-11', 'OAU-10'],
    'a registration is used again for the same issuer and redirect address only',
  ),
  async () => {
    using auth = create();
    await auth.signIn();
    await Promise.all(pages);
    await auth.signIn();
    expect(count('POST /reg')).toBe(1);
    const other = await startIdentityProvider();
    try {
      backend.metadata = { ...backend.metadata, authorization_servers: [other.issuer] };
      await Promise.all(pages);
      expect(await auth.signIn()).toEqual({ ok: true, value: other.issuer });
      expect(other.requests).toContain('POST /reg');
      expect(stored()?.issuer).toBe(other.issuer);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  },
);

test(
  verifies(['AOU-02'], 'a 401 for a good token leads to one refresh, a second 401 to "sign in again"'),
  async () => {
    using auth = create();
    await auth.signIn();
    clock += 6_000;
    const first = tokenOf(await auth.headers(CALLER));
    auth.refused?.(401, 'Bearer error="invalid_token"');
    const second = tokenOf(await auth.headers(CALLER));
    expect(second).not.toBe(first);
    clock += 6_000;
    auth.refused?.(401, 'Bearer error="invalid_token"');
    expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'needs-sign-in' });
    expect(count('POST /token')).toBe(2);
  },
);

test('step-up: a refusal for a missing scope shows it, and the next sign-in asks for it on top', async () => {
  using auth = create();
  await auth.signIn();
  await Promise.all(pages);
  auth.refused?.(403, 'Bearer error="insufficient_scope", scope="mcp:write"');
  expect(auth.state).toMatchObject({ state: 'signed-in', wantsScope: 'mcp:write' });
  expect((await auth.headers(CALLER)).ok).toBe(true);
  expect((await auth.signIn()).ok).toBe(true);
  const scopes = new URL(opened[1] ?? '').searchParams.get('scope')?.split(' ');
  expect(scopes).toEqual(expect.arrayContaining(['mcp:read', 'mcp:write']));
});

test('signing out withdraws the token at the server and forgets it here', async () => {
  using auth = create();
  await auth.signIn();
  await auth.signOut();
  expect(store.peek(REF)).toBeUndefined();
  expect(count('POST /token/revocation')).toBe(1);
  expect(auth.state).toEqual({ state: 'signed-out' });
  expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'needs-sign-in' });
});

test(verifies(['SEC-02', 'B44'], 'a locked keychain is that, and not "signed out"'), async () => {
  store.setState({ state: 'locked', reason: 'The keychain is locked.' });
  using auth = create();
  expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'keychain-locked' });
  expect(auth.state).toMatchObject({ state: 'keychain-locked' });
});

test('disposal ends a sign-in that waits for the browser', async () => {
  const auth = create();
  steer = () => Promise.resolve({ url: '', status: 0, text: '', headers: new Headers() });
  const result = auth.signIn();
  while (opened.length === 0) await new Promise((resolve) => setImmediate(resolve));
  auth[Symbol.dispose]();
  expect(await result).toMatchObject({ ok: false, problems: [{ code: 'auth.sign-in-failed' }] });
});
