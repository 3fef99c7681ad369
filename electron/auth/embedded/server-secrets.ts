import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import { Secret } from '../../secrets/secret.ts';
import type { SecretRef, SecretStore } from '../../secrets/secret-store.ts';

// `@` is in no backend's name.
const KEYS: SecretRef = { backend: '@gateway', kind: 'auth', name: 'server-keys' };
const STATE: SecretRef = { backend: '@gateway', kind: 'auth', name: 'server-state' };

const keysSchema = z.object({
  jwk: z.record(z.string(), z.unknown()),
  cookies: z.string(),
  forms: z.string(),
});

/** The keys of the authorization server; they are in the keychain or, where there is none, in this process only. */
export interface ServerKeys {
  readonly jwk: JWK;
  readonly cookies: string;
  /** For the mark in the consent form that another page cannot make. */
  readonly forms: string;
}

/** Reads the keys, or makes and stores new ones. A keychain that is locked gets new ones that last until the restart. */
export async function loadServerKeys(store: SecretStore): Promise<ServerKeys> {
  const read = await store.read(KEYS);
  if (read.state === 'found') {
    const parsed = keysSchema.safeParse(JSON.parse(read.secret.reveal()));
    if (parsed.success) return parsed.data as ServerKeys;
  }
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = {
    ...(await exportJWK(privateKey)),
    kid: randomBytes(8).toString('hex'),
    alg: 'ES256',
    use: 'sig',
  };
  const keys: ServerKeys = {
    jwk,
    cookies: randomBytes(32).toString('base64url'),
    forms: randomBytes(32).toString('base64url'),
  };
  // Only where there surely are none: keys that cannot be read now must not be overwritten.
  if (read.state !== 'locked') await store.write(KEYS, new Secret(JSON.stringify(keys)));
  return keys;
}

/** Below the largest secret, with room for what UTF-8 makes of names. */
export const STATE_LIMIT = 30_000;

/** The remembered clients, grants and refresh tokens; `undefined` when there are none or they cannot be read. */
export async function loadServerState(store: SecretStore): Promise<string | undefined> {
  const read = await store.read(STATE);
  return read.state === 'found' ? read.secret.reveal() : undefined;
}

/** Stores them; a keychain that cannot take them means that clients sign in again after a restart. */
export async function saveServerState(store: SecretStore, text: string): Promise<boolean> {
  return (await store.write(STATE, new Secret(text))).ok;
}
