import type { SecretStore, SecretWrite } from '../secrets/secret-store.ts';

const REASON = 'This version reads secrets from PATCHBAY_SECRETS only.';

/** The store of a host that has no keychain: every answer says so, and nothing is ever written (SEC-01). */
export function noKeychain(): SecretStore {
  const refuse = async (): Promise<SecretWrite> => ({ ok: false, state: 'absent', reason: REASON });
  return {
    status: async () => ({ state: 'absent', reason: REASON }),
    read: async () => ({ state: 'absent', reason: REASON }),
    write: refuse,
    remove: refuse,
    onChange: () => ({ [Symbol.dispose]: () => {} }),
  };
}
