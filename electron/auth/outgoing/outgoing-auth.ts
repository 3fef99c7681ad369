import type { HeaderName } from '../../../shared/headers/name.ts';
import type { Principal } from '../../../shared/identity/principal.ts';

export type AuthHeader = readonly [name: HeaderName, value: string];

export type AuthHeaders =
  | { readonly ok: true; readonly headers: readonly AuthHeader[] }
  | {
      readonly ok: false;
      readonly state: 'secret-missing' | 'keychain-locked' | 'needs-sign-in' | 'failed';
      /** Names backend and header, never identifier or value. */
      readonly message: string;
    };

/**
 * How one backend is called. The names that a strategy manages are data (`shared/headers/managed-names.ts`),
 * so that collisions are found without running it; `headers` must yield no other name.
 */
export interface OutgoingAuth {
  headers(caller: Principal): AuthHeaders | Promise<AuthHeaders>;
  /** Told when the backend refused the credential (401 or 403), with its challenge. */
  refused?(status: number, challenge: string | undefined): void;
}
