import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { configPaths } from '../config/config-paths.ts';
import { createChangeStamp } from '../secrets/change-stamp.ts';
import { type EnvironmentStore, takeEnvironmentSecrets } from '../secrets/environment-store.ts';
import { createKeychainStore, type KeychainStore } from '../secrets/keychain/keychain-store.ts';
import { layerStores } from '../secrets/layered-store.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { forkKeychain } from './fork-keychain.ts';

/** The places where a command finds secrets, as a running gateway would. */
export interface Secrets extends Disposable {
  readonly keychain: KeychainStore;
  readonly environment: EnvironmentStore | undefined;
  /** Environment first, then keychain. */
  readonly store: SecretStore;
}

/** Opens them for a command that ends at once; a gateway that runs hears of its changes through the stamp. */
export async function openSecrets(): Promise<Secrets> {
  const environment = takeEnvironmentSecrets(process.env);
  const { stateFolder } = configPaths();
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  const keychain = createKeychainStore({
    start: forkKeychain(),
    stamp: createChangeStamp(join(stateFolder, 'secrets.changed')),
  });
  return {
    keychain,
    environment,
    store: layerStores(environment, keychain),
    [Symbol.dispose]: () => keychain[Symbol.dispose](),
  };
}
