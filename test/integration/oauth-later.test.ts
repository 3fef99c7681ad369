import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { createFetchFrom } from '../../electron/auth/guarded/fetch-from.ts';
import { createOAuthAuth } from '../../electron/auth/outgoing/oauth/oauth-auth.ts';
import { verifies } from '../requirements/verifies.ts';
import { startIdentityProvider } from '../support/identity-provider.ts';
import { createLatch } from '../support/latch.ts';
import {
  advance,
  backend,
  CALLER,
  clock,
  count,
  create,
  idp,
  opened,
  pages,
  REF,
  setSteer,
  store,
  stored,
  tokenOf,
} from '../support/oauth-world.ts';

const HOUR = 3_600_000;

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
    advance(6_000);
    const first = tokenOf(await auth.headers(CALLER));
    auth.refused?.(401, 'Bearer error="invalid_token"');
    const second = tokenOf(await auth.headers(CALLER));
    expect(second).not.toBe(first);
    advance(6_000);
    auth.refused?.(401, 'Bearer error="invalid_token"');
    expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'needs-sign-in' });
    expect(count('POST /token')).toBe(2);
  },
);

test.each([
  ['a sleep of 8 h', 8 * HOUR],
  ['a clock that jumps ahead by a day', 24 * HOUR],
])(
  verifies(['CLK-01', 'NET-02'], 'after %s the token is refreshed before any call goes out, once for all'),
  async (_, ms) => {
    using auth = create();
    await auth.signIn();
    const before = tokenOf(await auth.headers(CALLER));
    advance(ms);
    const calls = await Promise.all(
      Array.from({ length: 50 }, async () => tokenOf(await auth.headers(CALLER))),
    );
    expect(new Set(calls).size).toBe(1);
    expect(calls[0]).not.toBe(before);
    expect([count('POST /token'), opened.length, auth.state.state]).toEqual([2, 1, 'signed-in']);
  },
);

test(
  verifies(
    ['CLK-01'],
    'by a clock that was set back a token seems good: the refusal of the backend counts, and nobody has to sign in',
  ),
  async () => {
    using auth = create();
    await auth.signIn();
    const tokens = [tokenOf(await auth.headers(CALLER))];
    for (const ms of [-24 * HOUR, -24 * HOUR]) {
      advance(ms);
      auth.refused?.(401, 'Bearer error="invalid_token"');
      tokens.push(tokenOf(await auth.headers(CALLER)));
    }
    expect(new Set(tokens).size).toBe(3);
    expect([count('POST /token'), opened.length, auth.state.state]).toEqual([3, 1, 'signed-in']);
  },
);

test(
  verifies(
    ['CLK-01'],
    'a server that was down is asked again soon, also when the clock is set back meanwhile',
  ),
  async () => {
    using auth = create();
    await auth.signIn();
    advance(6_000);
    auth.refused?.(401, 'Bearer error="invalid_token"');
    idp.intercept = (request, response) => {
      if (request.url !== '/token') return false;
      response.destroy();
      return true;
    };
    expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'failed' });
    idp.intercept = () => false;
    advance(-24 * HOUR);
    expect((await auth.headers(CALLER)).ok).toBe(true);
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
  expect(await auth.signOut()).toEqual({ ok: true, value: 'nobody-was-signed-in' });
});

test('a keychain that keeps the tokens fails the sign-out: nothing is withdrawn, and they serve on', async () => {
  using auth = create();
  await auth.signIn();
  const states: string[] = [];
  using _ = auth.onState(({ state }) => states.push(state));
  store.setState({ state: 'locked', reason: 'The keychain is locked.' });
  const refused = await auth.signOut();
  const message = expect.stringMatching(/still in the keychain.*keychain is locked/);
  expect(refused).toMatchObject({ ok: false, problems: [{ code: 'auth.sign-out-failed', message }] });
  expect(count('POST /token/revocation')).toBe(0);
  expect(states).toEqual([]);
  expect(tokenOf(await auth.headers(CALLER))).toBe(stored()?.tokens?.access_token);
  store.setState({ state: 'ready', kind: 'keychain' });
  expect(await auth.signOut()).toEqual({ ok: true, value: 'withdrawn' });
  expect(store.peek(REF)).toBeUndefined();
});

test('tokens that no keychain ever held are given up without one', async () => {
  using auth = create();
  store.setState({ state: 'absent', reason: 'There is no keychain.' });
  expect(await auth.signOut()).toMatchObject({ ok: false, problems: [{ code: 'auth.sign-out-failed' }] });
  await auth.signIn();
  expect(auth.state).toMatchObject({ state: 'signed-in' });
  idp.intercept = (request, response) => {
    if (request.url !== '/token/revocation') return false;
    response.writeHead(503).end();
    return true;
  };
  expect(await auth.signOut()).toEqual({ ok: true, value: 'forgotten' });
  expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'needs-sign-in' });
});

test.each(['refresh', 'new sign-in'])(
  'a sign-out waits for the %s under way, so that its tokens go, too',
  async (kind) => {
    using auth = create();
    await auth.signIn();
    await Promise.all(pages);
    const asked = createLatch<ServerResponse>();
    idp.intercept = (request, response) => {
      if (request.url === '/token') asked.open(response);
      return request.url === '/token';
    };
    advance(290_000);
    const running = kind === 'refresh' ? auth.headers(CALLER) : auth.signIn();
    const response = await asked.promise;
    const left = auth.signOut();
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'late', token_type: 'Bearer', expires_in: 300 }));
    await running;
    expect(await left).toMatchObject({ ok: true });
    expect(auth.state).toEqual({ state: 'signed-out' });
    expect(stored()).toBeUndefined();
    expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'needs-sign-in' });
  },
);

test('no refresh begins while the keychain removes the tokens', async () => {
  using auth = create();
  await auth.signIn();
  advance(290_000);
  const { remove } = store;
  let meanwhile: unknown;
  store.remove = async (ref) => {
    meanwhile = await auth.headers(CALLER);
    return await remove(ref);
  };
  expect(await auth.signOut()).toMatchObject({ ok: true });
  expect(meanwhile).toMatchObject({ ok: false, state: 'failed' });
  expect(count('POST /token')).toBe(1);
  expect(stored()).toBeUndefined();
});

test(verifies(['SEC-02', 'B44'], 'a locked keychain is that, and not "signed out"'), async () => {
  store.setState({ state: 'locked', reason: 'The keychain is locked.' });
  using auth = create();
  expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'keychain-locked' });
  expect(auth.state).toMatchObject({ state: 'keychain-locked' });
});

test('disposal ends a sign-in that waits for the browser', async () => {
  const auth = create();
  setSteer(() => Promise.resolve({ url: '', status: 0, text: '', headers: new Headers() }));
  const result = auth.signIn();
  while (opened.length === 0) await new Promise((resolve) => setImmediate(resolve));
  auth[Symbol.dispose]();
  expect(await result).toMatchObject({ ok: false, problems: [{ code: 'auth.sign-in-failed' }] });
});
