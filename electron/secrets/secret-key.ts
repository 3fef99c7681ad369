import type { SecretRef } from './secret-store.ts';

/**
 * The one name of a secret in maps and in the keychain: `billing/header/x-api-key`, each part percent-encoded so
 * that no backend name can reach into another's entries. Header names are folded: they are equal in any case.
 */
export function secretKey(ref: SecretRef): string {
  const name = ref.kind === 'header' ? ref.name.toLowerCase() : ref.name;
  return [ref.backend, ref.kind, name].map(encodeURIComponent).join('/');
}

/** The way back from `secretKey`; `undefined` for a text that is none (a foreign or damaged entry). */
export function parseSecretKey(key: string): SecretRef | undefined {
  const [backend, kind, name, ...rest] = key.split('/');
  if (backend === undefined || name === undefined || rest.length > 0) return undefined;
  if (kind !== 'header' && kind !== 'env' && kind !== 'auth') return undefined;
  try {
    return { backend: decodeURIComponent(backend), kind, name: decodeURIComponent(name) };
  } catch {
    return undefined;
  }
}
