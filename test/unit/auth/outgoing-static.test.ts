import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createOutgoingAuth } from '../../../electron/auth/outgoing/create-outgoing-auth.ts';
import type { OwnedOutgoingAuth } from '../../../electron/auth/outgoing/static-auth.ts';
import { Secret } from '../../../electron/secrets/secret.ts';
import type { SecretRef } from '../../../electron/secrets/secret-store.ts';
import type { OutgoingAuthSettings } from '../../../shared/config/outgoing-settings.ts';
import type { HeaderName } from '../../../shared/headers/name.ts';
import { verifies } from '../../requirements/verifies.ts';
import { createMemorySecretStore } from '../../support/memory-secret-store.ts';

const X_KEY = 'X-Key' as HeaderName;
const CALLER = { kind: 'anonymous' } as const;
const ref = (name: string): SecretRef => ({ backend: 'billing', kind: 'auth', name });

function create(settings: OutgoingAuthSettings, entries: readonly (readonly [SecretRef, string])[] = []) {
  const store = createMemorySecretStore(entries);
  const made = createOutgoingAuth('billing', settings, store);
  if (!made.ok) throw new Error(inspect(made));
  return { store, auth: made.value as OwnedOutgoingAuth };
}

test.each<[OutgoingAuthSettings, string, string, readonly (readonly [string, string])[]]>([
  [{ strategy: 'none' }, 'x', 'y', []],
  [{ strategy: 'bearer' }, 'token', 'tok-1', [['Authorization', 'Bearer tok-1']]],
  [{ strategy: 'header', header: X_KEY }, 'value', 'v 1', [['X-Key', 'v 1']]],
  [{ strategy: 'basic', username: 'jo' }, 'password', 'p:w', [['Authorization', 'Basic am86cDp3']]],
  [{ strategy: 'basic', username: 'é' }, 'password', 'ü', [['Authorization', 'Basic w6k6w7w=']]],
])('%o builds its header', async (settings, name, secret, headers) => {
  const { auth } = create(settings, [[ref(name), secret]]);
  expect(await auth.headers(CALLER)).toEqual({ ok: true, headers });
});

test('after the first read the answer comes without waiting, and the store is not asked again', async () => {
  const { store, auth } = create({ strategy: 'bearer' }, [[ref('token'), 'tok-1']]);
  const first = auth.headers(CALLER);
  const together = auth.headers(CALLER);
  expect(first).toBeInstanceOf(Promise);
  expect(await together).toEqual(await first);
  expect(auth.headers(CALLER)).toEqual(await first);
  expect(store.reads).toBe(1);
});

test(
  verifies(['STA-01'], 'a rotated secret is used from the next call, a removed one is missing'),
  async () => {
    const { store, auth } = create({ strategy: 'bearer' }, [[ref('token'), 'tok-1']]);
    await auth.headers(CALLER);
    await store.write(ref('token'), new Secret('tok-2'));
    expect(await auth.headers(CALLER)).toEqual({ ok: true, headers: [['Authorization', 'Bearer tok-2']] });
    await store.remove(ref('token'));
    expect(await auth.headers(CALLER)).toMatchObject({ ok: false, state: 'secret-missing' });
  },
);

test('a change of another secret changes nothing', async () => {
  const { store, auth } = create({ strategy: 'bearer' }, [[ref('token'), 'tok-1']]);
  await auth.headers(CALLER);
  await store.write({ ...ref('token'), backend: 'docs' }, new Secret('other'));
  expect(auth.headers(CALLER)).not.toBeInstanceOf(Promise);
});

test('a value that was read while it was being replaced is not kept', async () => {
  const { store, auth } = create({ strategy: 'bearer' }, [[ref('token'), 'old']]);
  const early = auth.headers(CALLER);
  await store.write(ref('token'), new Secret('new'));
  await early;
  expect(await auth.headers(CALLER)).toEqual({ ok: true, headers: [['Authorization', 'Bearer new']] });
});

test.each(['bearer', 'basic', 'header'])(
  verifies(['STA-01'], '%s without its secret says so and sends nothing'),
  async (strategy) => {
    const { auth } = create({ strategy, header: X_KEY, username: 'jo' } as OutgoingAuthSettings);
    const answer = await auth.headers(CALLER);
    expect(answer).toMatchObject({ ok: false, state: 'secret-missing' });
    expect(answer.ok || answer.message).toContain('"billing"');
  },
);

test(
  verifies(['SEC-02', 'B44'], 'a locked keychain is said to be locked, and counts again once it is open'),
  async () => {
    const { store, auth } = create({ strategy: 'bearer' }, [[ref('token'), 'tok-1']]);
    store.setState({ state: 'locked', reason: 'The keychain is locked.' });
    expect(await auth.headers(CALLER)).toMatchObject({
      ok: false,
      state: 'keychain-locked',
      message: expect.stringContaining('The keychain is locked.'),
    });
    store.setState({ state: 'ready', kind: 'keychain' });
    expect(await auth.headers(CALLER)).toMatchObject({ ok: true });
  },
);

test(verifies(['SEC-02'], 'a keychain that is locked later does not take away what is in use'), async () => {
  const { store, auth } = create({ strategy: 'bearer' }, [[ref('token'), 'tok-1']]);
  await auth.headers(CALLER);
  store.setState({ state: 'locked', reason: 'The keychain is locked.' });
  expect(auth.headers(CALLER)).toMatchObject({ ok: true });
});

test.each(['a\r\nX-Evil: 1', 'a\0', 'tök', 'a\u2028b', 'a\n', ' '])(
  verifies(['STA-02'], 'the stored value %j goes into no header'),
  async (value) => {
    const { auth } = create({ strategy: 'header', header: X_KEY }, [[ref('value'), value]]);
    const answer = await auth.headers(CALLER);
    expect(answer).toMatchObject({ ok: false, state: 'failed' });
    expect(JSON.stringify(answer)).not.toContain(JSON.stringify(value).slice(1, -1) === ' ' ? '" "' : value);
  },
);

test.each<[string, OutgoingAuthSettings, string]>([
  [
    'a name that is none',
    { strategy: 'header', header: 'X Key' as HeaderName },
    'backends.billing.auth.header',
  ],
  ['a colon in the user name', { strategy: 'basic', username: 'a:b' }, 'backends.billing.auth.username'],
  ['a strategy that is not built', { strategy: 'upstream' }, 'backends.billing.auth.strategy'],
  ['oauth without an address', { strategy: 'oauth' }, 'backends.billing.auth.strategy'],
])('%s is a problem when the strategy is made', (_name, settings, place) => {
  const made = createOutgoingAuth('billing', settings, createMemorySecretStore());
  expect(made).toMatchObject({ ok: false, problems: [{ place }] });
});
