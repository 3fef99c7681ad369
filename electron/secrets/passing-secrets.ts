import { Secret } from './secret.ts';
import type { SecretRegistry } from './secret-registry.ts';

/** Tells of a secret that passes through: it must not show in any log from now on. */
export type NoteSecret = (value: string) => void;

/** Enough for the callers and backends of one machine; every one of them costs time in each cleaned line. */
const MOST = 100;

/**
 * Registers secrets that no store holds by themselves: tokens inside of a stored sign-in, exchanged tokens, tokens that
 * callers present (SEC-05, AOU-04). The newest `limit` stay registered.
 */
export function createPassingSecrets(registry: SecretRegistry, limit: number = MOST): NoteSecret {
  const held = new Map<string, Disposable>();
  return (value) => {
    const known = held.get(value);
    held.delete(value);
    held.set(value, known ?? registry.add(new Secret(value)));
    if (held.size <= limit) return;
    const oldest = held.entries().next();
    if (oldest.done) return;
    oldest.value[1][Symbol.dispose]();
    held.delete(oldest.value[0]);
  };
}
