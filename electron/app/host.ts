import { join } from 'node:path';
import { type ConfigFile, openConfigFile } from '../config/config-file.ts';
import { createLog, type LogHub } from '../log/create-log.ts';
import { createErrorStream } from '../log/error-stream.ts';
import { createLogFile } from '../log/log-file.ts';
import { createChangeStamp } from '../secrets/change-stamp.ts';
import type { EnvironmentStore } from '../secrets/environment-store.ts';
import type { StartKeychainProcess } from '../secrets/keychain/keychain-child.ts';
import { createKeychainStore, type KeychainStore } from '../secrets/keychain/keychain-store.ts';
import { layerStores } from '../secrets/layered-store.ts';
import { createPassingSecrets, type NoteSecret } from '../secrets/passing-secrets.ts';
import { registerSecrets } from '../secrets/registered-store.ts';
import { createSecretRegistry, type SecretRegistry } from '../secrets/secret-registry.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

/** Where a host keeps what is its own, and how it reaches the keychain. */
export interface HostOptions {
  readonly configFile: string;
  /** The folder to make and keep at 0700, where it is ours. */
  readonly ownFolder?: string;
  readonly stateFolder: string;
  readonly mustExist: boolean;
  /** Log lines also go to standard error. */
  readonly onScreen: boolean;
  readonly environment: EnvironmentStore | undefined;
  readonly startKeychain: StartKeychainProcess;
}

/** What stands before a gateway can be started: configuration, log and secrets. Both hosts compose it. */
export interface Host extends AsyncDisposable {
  readonly config: ConfigFile;
  readonly hub: LogHub;
  readonly registry: SecretRegistry;
  /** Makes the scrubber know a token that no store holds. */
  readonly note: NoteSecret;
  readonly keychain: KeychainStore;
  /** Environment first, then keychain; every value that passes is known to the scrubber. */
  readonly secrets: SecretStore;
}

/** Opens them in order; rejects with `ConfigError` where there is nothing to start with. */
export async function openHost(options: HostOptions): Promise<Host> {
  await using stack = new AsyncDisposableStack();
  const registry = createSecretRegistry();
  const config = stack.use(
    await openConfigFile(options.configFile, {
      mustExist: options.mustExist,
      ...(options.ownFolder === undefined ? {} : { ownFolder: options.ownFolder }),
    }),
  );
  const sinks = [
    createLogFile({ folder: options.stateFolder }),
    ...(options.onScreen ? [createErrorStream()] : []),
  ];
  const hub = stack.use(createLog({ sinks, scrub: registry.scrub }));
  const keychain = stack.use(
    createKeychainStore({
      start: options.startKeychain,
      stamp: createChangeStamp(join(options.stateFolder, 'secrets.changed')),
    }),
  );
  stack.use(sweepOnceUsed(keychain, hub));
  const secrets = registerSecrets(layerStores(options.environment, keychain), registry);
  const owned = stack.move();
  const note = createPassingSecrets(registry);
  return {
    config,
    hub,
    registry,
    note,
    keychain,
    secrets,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * Removes left-overs of writes that were cut short (SEC-04), once something else has shown that the keychain is open. At
 * the start it would cost everybody a process, and some a prompt, for what hardly ever is there.
 */
function sweepOnceUsed(keychain: KeychainStore, hub: LogHub): Disposable {
  const listening = keychain.onStatus(({ state }) => {
    if (state !== 'ready') return;
    listening[Symbol.dispose]();
    keychain.sweep().then(
      (removed) => removed > 0 && hub.log.info('unfinished keychain entries were removed', { removed }),
      () => hub.log.debug('the keychain could not be swept'),
    );
  });
  return listening;
}
