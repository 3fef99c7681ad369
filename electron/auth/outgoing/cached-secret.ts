import { secretKey } from '../../secrets/secret-key.ts';
import type { SecretRead, SecretRef, SecretStore } from '../../secrets/secret-store.ts';

/** One secret as the path of every call wants it: at hand without waiting once it has been read. */
export interface CachedSecret extends Disposable {
  readonly ref: SecretRef;
  /** The secret at once when it is known, else the promise of one shared read. Only a found secret is kept. */
  read(): SecretRead | Promise<SecretRead>;
}

/**
 * Keeps one secret in memory until the store says that it changed. A failed read is never kept: a keychain that was
 * unlocked, or a secret that was set, counts from the next call (SEC-02). Calls that wait share one read.
 */
export function cacheSecret(store: SecretStore, ref: SecretRef): CachedSecret {
  const key = secretKey(ref);
  let found: SecretRead | undefined;
  let reading: Promise<SecretRead> | undefined;

  const forget = (changed: SecretRef): void => {
    if (secretKey(changed) !== key) return;
    found = undefined;
    reading = undefined;
  };
  const registration = store.onChange(forget);

  const start = (): Promise<SecretRead> => {
    const mine = store.read(ref).then(
      (answer) => {
        // A change during the read made `reading` another one or none: this answer may be the old value.
        if (reading === mine) {
          reading = undefined;
          if (answer.state === 'found') found = answer;
        }
        return answer;
      },
      (failure: unknown) => {
        if (reading === mine) reading = undefined;
        throw failure;
      },
    );
    reading = mine;
    return mine;
  };

  return {
    ref,
    read: () => found ?? reading ?? start(),
    [Symbol.dispose]() {
      registration[Symbol.dispose]();
      found = undefined;
    },
  };
}
