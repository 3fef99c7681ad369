import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { createOAuthAuth } from '../../electron/auth/outgoing/oauth/oauth-auth.ts';
import { createPassingSecrets } from '../../electron/secrets/passing-secrets.ts';
import { createSecretRegistry } from '../../electron/secrets/secret-registry.ts';
import { verifies } from '../requirements/verifies.ts';
import { browse } from '../support/browser.ts';
import { startIdentityProvider } from '../support/identity-provider.ts';
import {
  advance,
  backend,
  CALLER,
  clock,
  count,
  create,
  fetch,
  idp,
  opened,
  pages,
  setSteer,
  store,
  stored,
  tokenOf,
} from '../support/oauth-world.ts';

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
    advance(280_000);
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

test(verifies(['AOU-01'], 'tokens that last less than our margin serve as they come'), async () => {
  await using hasty = await startIdentityProvider({ accessTokenTtl: 20 });
  backend.metadata = { ...backend.metadata, authorization_servers: [hasty.issuer] };
  using auth = create();
  await auth.signIn();
  const first = tokenOf(await auth.headers(CALLER));
  const later = await Promise.all([auth.headers(CALLER), auth.headers(CALLER)]);
  expect(tokenOf(later[0])).not.toBe(first);
  expect(later[0]).toBe(later[1]);
  await Promise.all(pages);
});

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
    advance(300_000);
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
    advance(300_000);
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
    advance(300_000);
    for (let call = 0; call < 10; call += 1) {
      expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'failed' });
    }
    expect(asked).toBe(2);
    idp.intercept = () => false;
    advance(10_001);
    expect((await auth.headers(CALLER)).ok).toBe(true);
  },
);

test(
  verifies(['AOU-03', 'SEC-02'], 'new tokens serve from memory while the keychain is locked'),
  async () => {
    using auth = create();
    await auth.signIn();
    store.setState({ state: 'locked', reason: 'Locked.' });
    advance(300_000);
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
      setSteer(async (url) => {
        const address = new URL(url);
        const back = new URL(address.searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('state', address.searchParams.get('state') ?? '');
        back.searchParams.set('error', 'access_denied');
        back.searchParams.set('error_description', 'evil text');
        if (iss !== undefined) back.searchParams.set('iss', iss);
        return browse(back.href);
      });
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
    setSteer(async (url) => {
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
    });
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
  'javascript:alert(1)',
  '-arg',
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
