import type { HeaderName } from '../../../shared/headers/name.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import type { AuthHeaders } from './outgoing-auth.ts';
import type { OwnedOutgoingAuth } from './static-auth.ts';

/** The upstream provider's access token of a caller that signed in through the embedded server. */
export type UpstreamToken = (caller: Principal) => Promise<string | undefined>;

const AUTHORIZATION = 'Authorization' as HeaderName;
// RFC 6750 section 2.1.
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Each caller's own token of the upstream provider; who has none has to sign in (again). */
export function createUpstreamAuth(backend: string, token: UpstreamToken): OwnedOutgoingAuth {
  return {
    async headers(caller): Promise<AuthHeaders> {
      const value = await token(caller);
      if (value !== undefined && BEARER_TOKEN.test(value)) {
        return { ok: true, headers: [[AUTHORIZATION, `Bearer ${value}`]] };
      }
      const message = `Backend "${backend}" needs the caller's sign-in at the identity provider. Sign in again from the client.`;
      return { ok: false, state: 'needs-sign-in', message };
    },
    [Symbol.dispose]: () => {},
  };
}
