import type { SecretRead, SecretRef } from '../../secrets/secret-store.ts';
import type { AuthHeaders } from './outgoing-auth.ts';

type Failure = Extract<AuthHeaders, { ok: false }>;

/** Says why a credential is not at hand, in the states that a person can act on (STA-01, B43, B44). */
export function secretFailure(ref: SecretRef, read: Exclude<SecretRead, { state: 'found' }>): Failure {
  const what = `The sign-in secret "${ref.name}" of backend "${ref.backend}"`;
  switch (read.state) {
    case 'missing':
      return {
        ok: false,
        state: 'secret-missing',
        message: `${what} is not set. Set it in the backend's sign-in.`,
      };
    case 'locked':
      return { ok: false, state: 'keychain-locked', message: `${what} cannot be read: ${read.reason}` };
    case 'absent':
      return { ok: false, state: 'keychain-locked', message: `${what} is not at hand: ${read.reason}` };
  }
}

/** A stored credential that no header can carry: refused before the request, without the value (STA-02). */
export function unusableSecret(ref: SecretRef): Failure {
  return {
    ok: false,
    state: 'failed',
    message: `The sign-in secret "${ref.name}" of backend "${ref.backend}" holds a character that a header cannot carry. Set it again.`,
  };
}
