import { dropOldest } from '../../../shared/collections/drop-oldest.ts';
import { stillLasts } from '../../../shared/time/still-lasts.ts';
import type { AuthHeaders } from './outgoing-auth.ts';

/** A token as a strategy got it; `expiresAt` in ms since 1970. */
export interface FreshToken {
  readonly headers: AuthHeaders;
  /** Only what worked has one; it is kept until shortly before. */
  readonly expiresAt?: number;
}

/** Tokens by whom they are for; each is asked for once, however many calls wait for it. */
export interface TokenCache {
  get(key: string, obtain: () => Promise<FreshToken>): AuthHeaders | Promise<AuthHeaders>;
  /** The backend refused a token: all are replaced, but none that is younger than 5 s, so that refusals make no loop. */
  refused(): void;
  clear(): void;
}

/** A token is replaced this long before it expires, in ms. */
const EARLY_MS = 30_000;
/** When a server does not say how long its token lives (RFC 6749 5.1 recommends that it does), in ms. */
const UNKNOWN_LIFE_MS = 60_000;
/** A failure, and a token that the backend refuses, is told to later calls for this long instead of asking anew. In ms. */
const FAILURE_HOLD_MS = 5_000;

interface Entry {
  readonly headers: AuthHeaders;
  readonly at: number;
  /** How long it serves from then on, in ms. */
  readonly life: number;
}

/** Makes a cache of at most `limit` tokens, the oldest out first. */
export function createTokenCache(limit: number, now: () => number): TokenCache {
  const entries = new Map<string, Entry>();
  const waiting = new Map<string, Promise<AuthHeaders>>();

  const keep = (key: string, token: FreshToken): AuthHeaders => {
    const at = now();
    const good = token.expiresAt === undefined ? UNKNOWN_LIFE_MS : token.expiresAt - EARLY_MS - at;
    entries.delete(key);
    entries.set(key, { headers: token.headers, at, life: token.headers.ok ? good : FAILURE_HOLD_MS });
    dropOldest(entries, limit);
    return token.headers;
  };

  return {
    get(key, obtain) {
      const entry = entries.get(key);
      if (entry !== undefined && stillLasts(entry.at, entry.life, now())) return entry.headers;
      const running = waiting.get(key);
      if (running !== undefined) return running;
      const started = obtain()
        .then((token) => keep(key, token))
        .finally(() => waiting.delete(key));
      waiting.set(key, started);
      return started;
    },
    refused() {
      for (const [key, entry] of entries) {
        entries.set(key, { ...entry, life: Math.min(entry.life, FAILURE_HOLD_MS) });
      }
    },
    clear: () => entries.clear(),
  };
}
