import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * The tokens of one run: one that stands in the address's fragment, where no server and no log sees it, and those
 * that windows get for it, which travel in a header. 256 random bits each; kept as digests, in memory only.
 */
export interface WindowTokens {
  /** Stands in the address that is printed; opens any number of windows until this run ends. */
  readonly fragment: string;
  /** A token for one window, for the one of the address; undefined for any other text. */
  exchange(presented: string): string | undefined;
  /** Whether an `Authorization` field holds a token that was given out. */
  admits(authorization: string | undefined): boolean;
}

/** Windows at once; the oldest has to exchange anew. */
const MAX_WINDOWS = 64;
const BEARER = /^Bearer ([A-Za-z0-9_-]{43})$/i;

export function createWindowTokens(): WindowTokens {
  const fragment = newToken();
  const fragmentDigest = digestOf(fragment);
  let given: readonly Buffer[] = [];
  return {
    fragment,
    exchange(presented) {
      if (!timingSafeEqual(digestOf(presented), fragmentDigest)) return undefined;
      const token = newToken();
      given = [...given, digestOf(token)].slice(-MAX_WINDOWS);
      return token;
    },
    admits(authorization) {
      const token = BEARER.exec(authorization ?? '')?.[1];
      if (token === undefined) return false;
      const digest = digestOf(token);
      // Every one is compared, so that the time does not tell which was near.
      return given.reduce((found, known) => timingSafeEqual(known, digest) || found, false);
    },
  };
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
