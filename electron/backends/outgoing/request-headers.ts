import {
  type IdentitySetting,
  identityHeaders,
  type OsUser,
} from '../../../shared/identity/identity-headers.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import type { AuthHeaders, OutgoingAuth } from '../../auth/outgoing/outgoing-auth.ts';
import { buildOutgoing, type HeaderPair, type OutgoingHeaders, type Stage } from './chain.ts';

/** What one backend session sends along with every request; fixed when the session opens. */
export interface SessionHeaders {
  readonly captured: readonly HeaderPair[];
  readonly statics: readonly HeaderPair[];
  readonly secrets: readonly HeaderPair[];
  readonly auth: OutgoingAuth;
  readonly identity: IdentitySetting;
  readonly osUser: OsUser | undefined;
}

export type RequestHeaders =
  | { readonly ok: true; readonly headers: OutgoingHeaders }
  | Extract<AuthHeaders, { ok: false }>;

/** Makes the headers of one request; sync unless the auth strategy has to wait for a credential. */
export type HeaderBuilder = (
  protocol: readonly HeaderPair[],
  caller: Principal,
) => RequestHeaders | Promise<RequestHeaders>;

interface Memo {
  readonly protocol: readonly HeaderPair[];
  readonly caller: Principal;
  readonly auth: readonly HeaderPair[];
  readonly built: RequestHeaders;
}

/**
 * The one chain through which every request to a backend goes (contract section 4). Auth and identity are the
 * current caller's (B58, B60). The last result is kept: in a session of one caller nothing changes between calls.
 */
export function createHeaderBuilder(session: SessionHeaders): HeaderBuilder {
  const fixed: readonly Stage[] = [
    { source: 'passthrough', headers: session.captured },
    { source: 'static', headers: session.statics },
    { source: 'secret', headers: session.secrets },
  ];
  let memo: Memo | undefined;

  function build(protocol: readonly HeaderPair[], caller: Principal, auth: AuthHeaders): RequestHeaders {
    if (!auth.ok) return auth;
    if (memo?.protocol === protocol && memo.caller === caller && memo.auth === auth.headers)
      return memo.built;
    const identity = identityHeaders(session.identity, caller, session.osUser);
    const headers = buildOutgoing([
      { source: 'protocol', headers: protocol },
      ...fixed,
      { source: 'auth', headers: auth.headers },
      { source: 'identity', headers: identity.headers },
    ]);
    const { warnings } = identity;
    memo = { protocol, caller, auth: auth.headers, built: { ok: true, headers: { ...headers, warnings } } };
    return memo.built;
  }

  return (protocol, caller) => {
    const auth = session.auth.headers(caller);
    return auth instanceof Promise
      ? auth.then((ready) => build(protocol, caller, ready))
      : build(protocol, caller, auth);
  };
}
