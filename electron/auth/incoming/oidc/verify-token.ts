import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';

/** Asymmetric only (AIN-03): with a shared secret among them, a public key could be used as one. */
const ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Accepted difference of clocks, in s (AIN-05). */
export const CLOCK_SKEW_SECONDS = 60;

/** `unknown-key` asks for newer keys; `invalid` is final. `reason` is for our own log and holds no claim. */
export type Verified =
  | { readonly ok: true; readonly claims: JWTPayload }
  | { readonly ok: false; readonly fault: 'unknown-key' | 'invalid' | 'expired'; readonly reason: string };

export interface Expected {
  readonly issuer: string;
  readonly audience: string;
}

/**
 * Verifies a JWT: signature with one of `keys` and nothing that its header points to (jku, x5u, jwk are not read),
 * `iss` exactly, our `aud` among its audiences, `exp` present, times within 60 s. `now` in ms.
 */
export async function verifyToken(
  token: string,
  keys: JWTVerifyGetKey,
  expected: Expected,
  now: number,
): Promise<Verified> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...expected,
      algorithms: [...ALGORITHMS],
      requiredClaims: ['exp', 'iss', 'aud', 'sub'],
      currentDate: new Date(now),
      // jose counts the very second of expiry as expired; one more lets exactly 60 s pass.
      clockTolerance: CLOCK_SKEW_SECONDS + 1,
    });
    if (typeof payload.nbf === 'number' && payload.nbf > Math.floor(now / 1000) + CLOCK_SKEW_SECONDS) {
      return { ok: false, fault: 'invalid', reason: 'the token is not valid yet' };
    }
    return { ok: true, claims: payload };
  } catch (failure) {
    return explain(failure);
  }
}

function explain(failure: unknown): Verified {
  if (failure instanceof errors.JWKSNoMatchingKey) {
    return {
      ok: false,
      fault: 'unknown-key',
      reason: 'the token is signed with a key that the issuer does not list',
    };
  }
  if (failure instanceof errors.JWTExpired)
    return { ok: false, fault: 'expired', reason: 'the token has expired' };
  if (failure instanceof errors.JWTClaimValidationFailed) {
    return { ok: false, fault: 'invalid', reason: `the claim ${failure.claim} is missing or wrong` };
  }
  // The code names the rule; the message may quote the token's header.
  const code = failure instanceof errors.JOSEError ? failure.code : 'not a JWT';
  return { ok: false, fault: 'invalid', reason: `the token does not verify (${code})` };
}
