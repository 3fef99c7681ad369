import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { LocalPrincipal } from '../../../shared/identity/principal.ts';
import { presentedToken } from './bearer-token.ts';
import { bearerChallenge } from './challenge.ts';
import type { AuthOutcome, IncomingAuth } from './incoming-auth.ts';
import { createRecentValues } from './recent-values.ts';

/** One client's token as the config holds it: SHA-256 of the token's text, 64 hex digits. */
export interface LocalToken {
  readonly client: string;
  readonly sha256: string;
}

/** Accepted `Authorization` values that are remembered; more clients than that just pay one SHA-256 a call. */
const REMEMBERED = 256;

/** Enough of the digest to tell tokens apart, too little to be worth anything. */
const TOKEN_ID_DIGITS = 16;

const NO_TOKEN: AuthOutcome = {
  ok: false,
  status: 401,
  reason: 'no bearer token presented',
  challenge: bearerChallenge(),
};
const MALFORMED: AuthOutcome = {
  ok: false,
  status: 400,
  reason: 'malformed Authorization field',
  challenge: bearerChallenge({ error: 'invalid_request' }),
};
const UNKNOWN: AuthOutcome = {
  ok: false,
  status: 401,
  reason: 'the token belongs to no client',
  challenge: bearerChallenge({ error: 'invalid_token' }),
};

/** Makes a new token: 256 random bits, shown to the user once, and the digest that the config keeps. */
export function createLocalToken(): { readonly token: string; readonly sha256: string } {
  const token = `pb_${randomBytes(32).toString('base64url')}`;
  return { token, sha256: digest(token).toString('hex') };
}

/** The public name of a token: says which one it is, opens nothing. */
export function localTokenId(sha256: string): string {
  return sha256.toLowerCase().slice(0, TOKEN_ID_DIGITS);
}

/**
 * Verifies callers by local tokens (AIN-01, AIN-07). `tokens` is asked on every call; a list that is another object
 * than before counts as changed, so a revoked token ends with the next request. An entry whose digest is not
 * 64 hex digits matches nothing. Every entry is compared, in constant time over digests: the answer's time does
 * not tell how near a guess was.
 */
export function createLocalAuth(tokens: () => readonly LocalToken[]): IncomingAuth {
  const accepted = createRecentValues<AuthOutcome>(REMEMBERED);
  let list: readonly LocalToken[] | undefined;
  let known: readonly { readonly digest: Buffer; readonly outcome: AuthOutcome }[] = [];

  return {
    kind: 'local',
    authenticate({ authorization }) {
      const current = tokens();
      if (current !== list) {
        list = current;
        known = current.flatMap(parseEntry);
        accepted.clear();
      }
      if (authorization === undefined) return NO_TOKEN;
      const remembered = accepted.get(authorization);
      if (remembered !== undefined) return remembered;
      const presented = presentedToken(authorization);
      if (presented.kind === 'malformed') return MALFORMED;
      if (presented.kind !== 'token') return NO_TOKEN;
      const outcome = findToken(known, digest(presented.token));
      // Only what was accepted is kept: wrong guesses must not push out the right ones.
      if (outcome.ok) accepted.set(authorization, outcome);
      return outcome;
    },
  };
}

function parseEntry(token: LocalToken): { digest: Buffer; outcome: AuthOutcome }[] {
  if (!/^[0-9a-f]{64}$/i.test(token.sha256) || token.client === '') return [];
  const principal: LocalPrincipal = {
    kind: 'local',
    client: token.client,
    tokenId: localTokenId(token.sha256),
  };
  return [
    { digest: Buffer.from(token.sha256, 'hex'), outcome: { ok: true, principal: Object.freeze(principal) } },
  ];
}

function findToken(
  known: readonly { readonly digest: Buffer; readonly outcome: AuthOutcome }[],
  presented: Buffer,
): AuthOutcome {
  let found: AuthOutcome = UNKNOWN;
  for (const entry of known) if (timingSafeEqual(entry.digest, presented)) found = entry.outcome;
  return found;
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
