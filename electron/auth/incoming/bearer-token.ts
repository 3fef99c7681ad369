/** What an `Authorization` value presents. `malformed` is a request fault (400), `none` and `other` are 401. */
export type Presented =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'none' | 'other' | 'malformed' };

// RFC 6750 section 2.1: credentials = "Bearer" 1*SP b64token; the scheme is case-insensitive (RFC 9110 11.1).
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** Longer than any token that fits into our header section (threats.md 5.2: 16 KiB for all fields). */
const MAX_LENGTH = 16 * 1024;

/**
 * Reads one `Authorization` value (AIN-01). Two credentials in one field are malformed, never "the last one wins";
 * a comma is in no bearer token, so it is the sign of that.
 */
export function presentedToken(authorization: string | undefined): Presented {
  if (authorization === undefined) return { kind: 'none' };
  if (authorization.length > MAX_LENGTH) return { kind: 'malformed' };
  if (!/^bearer(?: |$)/i.test(authorization)) return { kind: 'other' };
  const token = BEARER.exec(authorization)?.[1];
  if (token !== undefined) return { kind: 'token', token };
  return authorization.includes(',') ? { kind: 'malformed' } : { kind: 'other' };
}
