import type { SecretStore } from '../../electron/secrets/secret-store.ts';
import { createLatch } from './latch.ts';

/** A store behind which the process stops for ever: what is on disk then is what a kill at that moment leaves. */
export interface CutShortStore {
  readonly store: SecretStore;
  /** Resolves to true once it has stopped. */
  readonly stopped: Promise<true>;
}

/** Lets this many operations through; the next one begins and never ends, before it has done anything. */
export function cutShort(whole: SecretStore, operations: number): CutShortStore {
  const stopped = createLatch<true>();
  let left = operations;
  const pass = <T>(operation: () => Promise<T>): Promise<T> => {
    left -= 1;
    if (left >= 0) return operation();
    stopped.open(true);
    return createLatch<T>().promise;
  };
  const store: SecretStore = {
    ...whole,
    read: (ref) => pass(() => whole.read(ref)),
    write: (ref, secret) => pass(() => whole.write(ref, secret)),
    remove: (ref) => pass(() => whole.remove(ref)),
  };
  return { store, stopped: stopped.promise };
}
