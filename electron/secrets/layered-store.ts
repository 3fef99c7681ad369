import type { EnvironmentStore } from './environment-store.ts';
import { SECRETS_VARIABLE } from './environment-store.ts';
import type { SecretStore } from './secret-store.ts';

/**
 * The environment in front of the keychain: a secret that is in `PATCHBAY_SECRETS` is taken from there and cannot
 * be written; everything else is the keychain's. Where there is no keychain at all, the environment alone is a
 * working store; a locked keychain stays visible, since it can be unlocked.
 */
export function layerStores(environment: EnvironmentStore | undefined, keychain: SecretStore): SecretStore {
  if (environment === undefined) return keychain;
  return {
    async status() {
      const state = await keychain.status();
      return state.state === 'absent' ? environment.status() : state;
    },
    async read(ref) {
      if (environment.has(ref)) return environment.read(ref);
      const answer = await keychain.read(ref);
      if (answer.state !== 'absent') return answer;
      return { state: 'absent', reason: `It is not in ${SECRETS_VARIABLE}. ${answer.reason}` };
    },
    write: (ref, secret) => (environment.has(ref) ? environment : keychain).write(ref, secret),
    remove: (ref) => (environment.has(ref) ? environment : keychain).remove(ref),
    onChange: (listener) => keychain.onChange(listener),
  };
}
