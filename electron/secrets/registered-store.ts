import type { Secret } from './secret.ts';
import { secretKey } from './secret-key.ts';
import type { SecretRegistry } from './secret-registry.ts';
import type { SecretRef, SecretStore } from './secret-store.ts';

/**
 * A store whose every value that comes out or goes in is known to the registry, so that nobody has to remember to
 * register one. Of each secret the newest and the one before it stay registered: a rotated value is still in flight
 * while its successor is already in use.
 */
export function registerSecrets(store: SecretStore, registry: SecretRegistry): SecretStore {
  const held = new Map<string, { readonly value: string; readonly registration: Disposable }[]>();

  const remember = (ref: SecretRef, secret: Secret): void => {
    const key = secretKey(ref);
    const entries = held.get(key) ?? [];
    const value = secret.reveal();
    if (entries.some((entry) => entry.value === value)) return;
    entries.push({ value, registration: registry.add(secret) });
    if (entries.length > 2) entries.shift()?.registration[Symbol.dispose]();
    held.set(key, entries);
  };

  return {
    status: () => store.status(),
    async read(ref) {
      const answer = await store.read(ref);
      if (answer.state === 'found') remember(ref, answer.secret);
      return answer;
    },
    write(ref, secret) {
      // Before the write: its failure may be reported with the value near.
      remember(ref, secret);
      return store.write(ref, secret);
    },
    remove: (ref) => store.remove(ref),
    onChange: (listener) => store.onChange(listener),
  };
}
