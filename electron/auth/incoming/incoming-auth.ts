import type { Principal } from '../../../shared/identity/principal.ts';

/** What the edge hands over: the raw `Authorization` values (0 or 1; duplicates were refused before). */
export interface Credentials {
  readonly authorization: string | undefined;
  /** `http://` and the checked `Host`: a challenge points the client to the very address that it used (RFC 9728). */
  readonly origin?: string;
}

export type AuthOutcome =
  | { readonly ok: true; readonly principal: Principal }
  | {
      readonly ok: false;
      readonly status: 400 | 401 | 403 | 503;
      /** For our own log only: why, never what was presented. */
      readonly reason: string;
      /** The `WWW-Authenticate` value of the answer. */
      readonly challenge: string;
    };

/** One kind of caller verification. Sync where it can be: it stands on the path of every call. */
export interface IncomingAuth {
  readonly kind: 'anonymous' | 'local' | 'oidc' | 'embedded';
  authenticate(credentials: Credentials): AuthOutcome | Promise<AuthOutcome>;
}
