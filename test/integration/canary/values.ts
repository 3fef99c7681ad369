import type { SecretRef } from '../../../electron/secrets/secret-store.ts';

/** What is kept in the keychain, each with marks that every encoding changes. */
export const KEPT = {
  bearer: 'canary-bearer/+.~AB==',
  header: 'canary "header" \\ &=% ?1',
  password: 'canary "password" \\ &=% ?2',
  client: 'canary"client"\\&=%?3',
  static: 'canary "static" \\ &=% ?4',
  env: 'canary "env" \\ &=% é?5',
} as const;

/** What a client sends: a header that is passed on, one that is not, and a token that nobody gave it. */
export const SENT = {
  captured: 'canary "captured" \\ &=% ?6',
  ignored: 'canary "ignored" \\ &=% ?7',
  wrongToken: 'canary-wrong/+.~EF==',
} as const;

/** What the provider gives for a caller's token. */
export const EXCHANGED = 'canary-exchanged/+.~CD==';

export const REFS: readonly (readonly [SecretRef, string])[] = [
  [{ backend: 'bearer', kind: 'auth', name: 'token' }, KEPT.bearer],
  [{ backend: 'header', kind: 'auth', name: 'value' }, KEPT.header],
  [{ backend: 'basic', kind: 'auth', name: 'password' }, KEPT.password],
  [{ backend: 'machine', kind: 'auth', name: 'client-secret' }, KEPT.client],
  [{ backend: 'exchange', kind: 'auth', name: 'client-secret' }, KEPT.client],
  [{ backend: 'none', kind: 'header', name: 'X-Api-Key' }, KEPT.static],
  [{ backend: 'child', kind: 'env', name: 'TOKEN' }, KEPT.env],
];

/** Backends by name: one for every outgoing strategy, and two that are processes. */
export const OVER_HTTP = [
  'none',
  'bearer',
  'header',
  'basic',
  'oauth',
  'machine',
  'exchange',
  'upstream',
] as const;
export const BACKENDS = [...OVER_HTTP, 'child', 'other'] as const;
