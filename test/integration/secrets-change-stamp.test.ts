import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createChangeStamp } from '../../electron/secrets/change-stamp.ts';
import { createKeychainStore } from '../../electron/secrets/keychain/keychain-store.ts';
import { Secret } from '../../electron/secrets/secret.ts';
import type { SecretRef } from '../../electron/secrets/secret-store.ts';
import { verifies } from '../requirements/verifies.ts';
import { createFakeKeychain } from '../support/fake-keychain.ts';
import { until } from '../support/until.ts';

const TOKEN: SecretRef = { backend: 'billing', kind: 'auth', name: 'token' };
const OTHER: SecretRef = { backend: 'files', kind: 'env', name: 'KEY' };

/** Two processes' stores on one keychain, told of each other by one stamp. */
async function openTwo() {
  const folder = await mkdtemp(join(tmpdir(), 'stamp-'));
  const path = join(folder, 'secrets.stamp');
  const keychain = createFakeKeychain();
  const open = () => createKeychainStore({ start: keychain.start, stamp: createChangeStamp(path, 20) });
  const [gateway, commandLine] = [open(), open()];
  return {
    path,
    keychain,
    gateway,
    commandLine,
    async [Symbol.asyncDispose]() {
      gateway[Symbol.dispose]();
      commandLine[Symbol.dispose]();
      await rm(folder, { recursive: true });
    },
  };
}

test(verifies(['STA-01'], 'a secret that another process set is known here without a restart'), async () => {
  await using two = await openTwo();
  const { path, gateway, commandLine } = two;
  expect(await gateway.read(TOKEN)).toEqual({ state: 'missing' });
  const told = new Promise<SecretRef>((resolve) => gateway.onChange(resolve));
  await commandLine.write(TOKEN, new Secret('canary-4'));
  expect(await told).toEqual(TOKEN);
  expect(await gateway.read(TOKEN)).toMatchObject({ state: 'found' });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test(
  verifies(
    ['STA-01'],
    'a change by anybody, ourselves included, is told of the secrets that are others now, alone',
  ),
  async () => {
    await using two = await openTwo();
    const { keychain, gateway, commandLine } = two;
    await gateway.write(OTHER, new Secret('canary-5'));
    for (const ref of [TOKEN, OTHER]) await gateway.read(ref);
    const told: string[] = [];
    gateway.onChange(({ name }) => void told.push(name));
    // As a refreshed token is written; looked at again once the stamp was seen.
    const reads = keychain.requests.length;
    await gateway.write(TOKEN, new Secret('canary-6'));
    await until(
      () => keychain.requests.slice(reads).filter(({ operation }) => operation === 'get').length > 2,
    );
    expect(told).toEqual([TOKEN.name]);
    await commandLine.write(TOKEN, new Secret('canary-7'));
    await until(() => told.length > 1);
    await commandLine.write(OTHER, new Secret('canary-8'));
    await until(() => told.length > 2);
    expect(told).toEqual([TOKEN.name, TOKEN.name, OTHER.name]);
  },
);
