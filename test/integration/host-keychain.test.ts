import { expect, test } from 'vitest';
import { openHost } from '../../electron/app/host.ts';
import { verifies } from '../requirements/verifies.ts';
import { createFakeKeychain } from '../support/fake-keychain.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const HOUR = 3_600_000;

test(verifies(['SEC-04'], 'the keychain is asked by nobody until a secret is, and swept then'), async () => {
  await using folder = await createTempDir();
  const keychain = createFakeKeychain();
  const left = `k#${(Date.now() - 2 * HOUR).toString(36)}-ab.0`;
  keychain.entries.set(left, 'x');
  keychain.entries.set('billing/auth/token', '=secret');
  await using host = await openHost({
    configFile: folder.file('config.json'),
    stateFolder: folder.path,
    mustExist: false,
    onScreen: false,
    environment: undefined,
    startKeychain: keychain.start,
  });
  expect(keychain.requests).toEqual([]);
  await host.secrets.read({ backend: 'billing', kind: 'auth', name: 'token' });
  await until(() => !keychain.entries.has(left), 'the end of what was left behind');
  const lists = (): number => keychain.requests.filter(({ operation }) => operation === 'list').length;
  await host.secrets.read({ backend: 'billing', kind: 'auth', name: 'token' });
  await host.keychain.status();
  expect(lists()).toBe(1);
});
