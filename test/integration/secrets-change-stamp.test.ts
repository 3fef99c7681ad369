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

const TOKEN: SecretRef = { backend: 'billing', kind: 'auth', name: 'token' };

test(verifies(['STA-01'], 'a secret that another process set is known here without a restart'), async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stamp-'));
  try {
    const path = join(folder, 'secrets.stamp');
    const keychain = createFakeKeychain();
    const open = () => createKeychainStore({ start: keychain.start, stamp: createChangeStamp(path, 20) });
    using gateway = open();
    using commandLine = open();
    expect(await gateway.read(TOKEN)).toEqual({ state: 'missing' });
    const told = new Promise<SecretRef>((resolve) => gateway.onChange(resolve));
    await commandLine.write(TOKEN, new Secret('canary-4'));
    expect(await told).toEqual(TOKEN);
    expect(await gateway.read(TOKEN)).toMatchObject({ state: 'found' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
});
