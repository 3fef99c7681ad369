import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KeychainStore } from '../../electron/secrets/keychain/keychain-store.ts';
import { Secret } from '../../electron/secrets/secret.ts';
import type { SecretRef } from '../../electron/secrets/secret-store.ts';
import { verifies } from '../requirements/verifies.ts';
import { type Keyring, openStore, startKeyring } from '../support/with-keyring.ts';

let keyring: Keyring;
let store: KeychainStore;

beforeAll(async () => {
  keyring = await startKeyring();
  store = openStore(keyring.env);
});
afterAll(async () => {
  store[Symbol.dispose]();
  await keyring[Symbol.asyncDispose]();
});

const header = (name: string): SecretRef => ({ backend: 'billing', kind: 'header', name });

async function stored(ref: SecretRef, from: KeychainStore = store): Promise<string> {
  const read = await from.read(ref);
  return read.state === 'found' ? read.secret.reveal() : read.state;
}

test('an open keychain is ready, and what is not in it is missing', async () => {
  expect(await store.status()).toEqual({ state: 'ready', kind: 'keychain' });
  expect(await stored(header('X-None'))).toBe('missing');
});

test.each([
  ['1 character', 'x'],
  ['a line break and marks', 'a\nb"\\ =+#ü\u{1F511}'],
  ['a value like our own head', '+abc-def 3 0000'],
  ['1,281 characters', 'a'.repeat(1_281)],
  ['2,561 characters', 'b'.repeat(2_561)],
  ['20,000 characters', 'ü'.repeat(20_000)],
])(verifies(['SEC-03'], '%s come back as they went in, in another process too'), async (name, value) => {
  const ref = header(`X-${name.length}`);
  expect(await store.write(ref, new Secret(value))).toEqual({ ok: true });
  const other = openStore(keyring.env);
  expect(await stored(ref, other)).toBe(value);
  other[Symbol.dispose]();
});

test(verifies(['SEC-03'], 'more than 64 KiB is refused before the write, with the limit'), async () => {
  const answer = await store.write(header('X-Big'), new Secret('x'.repeat(65_537)));
  expect(answer).toMatchObject({ ok: false, state: 'too-large', reason: expect.stringContaining('65536') });
  expect(await stored(header('X-Big'))).toBe('missing');
});

test(verifies(['SEC-04'], 'a long value that is replaced or removed leaves no part behind'), async () => {
  const before = (await store.list()).length;
  const ref = header('X-Long');
  await store.write(ref, new Secret('l'.repeat(9_000)));
  await store.write(ref, new Secret('m'.repeat(9_000)));
  expect(await stored(ref)).toBe('m'.repeat(9_000));
  await store.write(ref, new Secret('short'));
  expect(await stored(ref)).toBe('short');
  await store.write(ref, new Secret('n'.repeat(9_000)));
  expect(await store.remove(ref)).toEqual({ ok: true });
  expect(await stored(ref)).toBe('missing');
  expect((await store.list()).length).toBe(before);
  expect(await store.sweep()).toBe(0);
});

test('changes are told, with the name only', async () => {
  const told: SecretRef[] = [];
  using _listening = store.onChange((ref) => told.push(ref));
  await store.write(header('X-Told'), new Secret('v'));
  await store.remove(header('X-Told'));
  expect(told).toEqual([header('X-Told'), header('X-Told')]);
});

test('names in the list lead back to their secrets; 20 writes at once all hold', async () => {
  const refs = Array.from(
    { length: 20 },
    (_, index) => ({ backend: `b/${index}`, kind: 'env', name: 'A#B' }) as const,
  );
  await Promise.all(refs.map((ref, index) => store.write(ref, new Secret(`v${index}`))));
  expect(await Promise.all(refs.map((ref) => stored(ref)))).toEqual(refs.map((_, index) => `v${index}`));
  expect(await store.list()).toEqual(expect.arrayContaining(refs));
});

test.each(['', 'half \ud800'])('%j is no secret', async (value) => {
  await expect(store.write(header('X-A'), new Secret(value))).rejects.toThrow(TypeError);
});

test(verifies(['SEC-07'], '"remove all data" leaves no entry of our service'), async () => {
  await store.write(header('X-Last'), new Secret('v'.repeat(5_000)));
  expect(await store.removeAll()).toBeGreaterThan(0);
  expect(await store.list()).toEqual([]);
  expect(await stored(header('X-Last'))).toBe('missing');
});
