import { createListeners } from '../../electron/secrets/change-listeners.ts';
import { Secret } from '../../electron/secrets/secret.ts';
import { secretKey } from '../../electron/secrets/secret-key.ts';
import type { SecretRef, SecretStore, StoreState } from '../../electron/secrets/secret-store.ts';

export interface MemorySecretStore extends SecretStore {
  /** Sets what every call answers from now on. */
  setState(state: StoreState): void;
  /** The value, for assertions. */
  peek(ref: SecretRef): string | undefined;
  readonly reads: number;
}

/** The port in memory, for tests of what stands on it. Entries as `[ref, value]`. */
export function createMemorySecretStore(
  entries: readonly (readonly [SecretRef, string])[] = [],
): MemorySecretStore {
  const secrets = new Map(entries.map(([ref, value]) => [secretKey(ref), value]));
  const changes = createListeners<SecretRef>();
  let state: StoreState = { state: 'ready', kind: 'keychain' };
  let reads = 0;
  return {
    setState: (next) => {
      state = next;
    },
    peek: (ref) => secrets.get(secretKey(ref)),
    get reads() {
      return reads;
    },
    status: async () => state,
    async read(ref) {
      reads += 1;
      if (state.state !== 'ready') return state;
      const value = secrets.get(secretKey(ref));
      return value === undefined ? { state: 'missing' } : { state: 'found', secret: new Secret(value) };
    },
    async write(ref, secret) {
      if (state.state !== 'ready') return { ok: false, ...state };
      secrets.set(secretKey(ref), secret.reveal());
      changes.tell(ref);
      return { ok: true };
    },
    async remove(ref) {
      if (state.state !== 'ready') return { ok: false, ...state };
      secrets.delete(secretKey(ref));
      changes.tell(ref);
      return { ok: true };
    },
    onChange: (listener) => changes.add(listener),
  };
}
