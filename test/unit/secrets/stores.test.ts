import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { takeEnvironmentSecrets } from '../../../electron/secrets/environment-store.ts';
import { layerStores } from '../../../electron/secrets/layered-store.ts';
import { registerSecrets } from '../../../electron/secrets/registered-store.ts';
import { Secret } from '../../../electron/secrets/secret.ts';
import { parseSecretKey, secretKey } from '../../../electron/secrets/secret-key.ts';
import { createSecretRegistry } from '../../../electron/secrets/secret-registry.ts';
import type { SecretRef } from '../../../electron/secrets/secret-store.ts';
import { verifies } from '../../requirements/verifies.ts';
import { createMemorySecretStore } from '../../support/memory-secret-store.ts';

const TOKEN: SecretRef = { backend: 'billing', kind: 'auth', name: 'token' };
const HEADER: SecretRef = { backend: 'billing', kind: 'header', name: 'X-Api-Key' };

function layered(keychain = createMemorySecretStore([[HEADER, 'from-keychain']])) {
  const environment = takeEnvironmentSecrets({
    PATCHBAY_SECRETS: '{"billing":{"auth":{"token":"from-environment"}}}',
  });
  return { keychain, store: layerStores(environment, keychain) };
}

test('the environment stands in front of the keychain and cannot be written', async () => {
  const { keychain, store } = layered();
  await keychain.write(TOKEN, new Secret('hidden'));
  const token = await store.read(TOKEN);
  const header = await store.read(HEADER);
  expect(token.state === 'found' && token.secret.reveal()).toBe('from-environment');
  expect(header.state === 'found' && header.secret.reveal()).toBe('from-keychain');
  expect(await store.write(TOKEN, new Secret('x'))).toMatchObject({ ok: false, state: 'read-only' });
  expect(await store.write(HEADER, new Secret('new'))).toEqual({ ok: true });
});

test(
  verifies(
    ['SEC-01'],
    'without a keychain the environment is the store, and other secrets say why they are not there',
  ),
  async () => {
    const { keychain, store } = layered();
    keychain.setState({ state: 'absent', reason: 'No Secret Service.' });
    expect(await store.status()).toEqual({ state: 'ready', kind: 'environment' });
    expect(await store.read(HEADER)).toEqual({
      state: 'absent',
      reason: 'It is not in PATCHBAY_SECRETS. No Secret Service.',
    });
  },
);

test(verifies(['SEC-02'], 'a locked keychain stays visible behind the environment'), async () => {
  const { keychain, store } = layered();
  keychain.setState({ state: 'locked', reason: 'Locked.' });
  expect((await store.status()).state).toBe('locked');
});

test(
  verifies(['SEC-05'], 'values read and written are known to the registry, the last two of each'),
  async () => {
    const registry = createSecretRegistry();
    const store = registerSecrets(createMemorySecretStore([[TOKEN, 'value-one']]), registry);
    await store.read(TOKEN);
    await store.write(TOKEN, new Secret('value-two'));
    await store.read(TOKEN);
    expect(registry.scrub('value-one value-two')).toBe('[secret] [secret]');
    await store.write(TOKEN, new Secret('value-three'));
    expect(registry.scrub('value-one value-two value-three')).toBe('value-one [secret] [secret]');
  },
);

test(verifies(['SEC-05'], 'a secret has no other text form than the mask'), () => {
  const secret = new Secret('canary-1');
  expect(
    [
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }),
      inspect(secret, { showHidden: true }),
    ].join(' '),
  ).not.toContain('canary-1');
});

test.each<SecretRef>([HEADER, TOKEN, { backend: 'a/b %', kind: 'env', name: 'Ü/..' }])(
  'keys lead back: %o',
  (ref) => {
    const name = ref.kind === 'header' ? ref.name.toLowerCase() : ref.name;
    expect(parseSecretKey(secretKey(ref))).toEqual({ ...ref, name });
  },
);

test.each(['', 'a/b', 'a/nope/c', 'a/env/b/c', '%/env/x'])('a foreign key is none: %s', (key) => {
  expect(parseSecretKey(key)).toBeUndefined();
});
