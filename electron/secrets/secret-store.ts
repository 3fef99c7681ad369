import type { Secret } from './secret.ts';

/** Names one secret. `backend` is the backend's name in the config; `name` the header, variable or field. */
export interface SecretRef {
  readonly backend: string;
  readonly kind: 'header' | 'env' | 'auth';
  readonly name: string;
}

/** What is known of the place where secrets live. `absent`: no Secret Service, no keychain at all. */
export type StoreState =
  | { readonly state: 'ready'; readonly kind: 'keychain' | 'environment' }
  | { readonly state: 'locked' | 'absent'; readonly reason: string };

/**
 * The answer to a read. A locked keychain answers `null` for an existing entry (feasibility.md 3, trap 1):
 * `locked` and `absent` are therefore states of their own and never "no header".
 */
export type SecretRead =
  | { readonly state: 'found'; readonly secret: Secret }
  | { readonly state: 'missing' }
  | { readonly state: 'locked' | 'absent'; readonly reason: string };

export type SecretWrite =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly state: 'locked' | 'absent' | 'too-large' | 'read-only';
      readonly reason: string;
    };

/** The port behind which the OS keychain and the environment stand. Never a plain file. */
export interface SecretStore {
  status(): Promise<StoreState>;
  read(ref: SecretRef): Promise<SecretRead>;
  write(ref: SecretRef, secret: Secret): Promise<SecretWrite>;
  remove(ref: SecretRef): Promise<SecretWrite>;
  /** Called after a secret was written or removed through this store; returns the way to stop listening. */
  onChange(listener: (ref: SecretRef) => void): Disposable;
}
