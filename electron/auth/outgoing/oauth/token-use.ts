import { stillLasts } from '../../../../shared/time/still-lasts.ts';
import type { StoredTokens } from './stored-sign-in.ts';

/** A token is replaced this long before it expires, in ms: it must still be good when it arrives. */
const EARLY_MS = 30_000;
/** A refusal within this time of a token's arrival may still be about the one before it, in ms. */
const SETTLE_MS = 5_000;
/** A token that is refused this soon after a refresh is no matter of refreshing any more, in ms. */
const REFUSED_AGAIN_MS = 300_000;

/** `expired`: and there is nothing to refresh it with. */
export type TokenUse =
  | { readonly kind: 'send' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'refresh'; readonly refreshToken: string };

/**
 * What a call does with the tokens at hand. `rejectedToken` is an access token that the backend did not accept; `now` in
 * ms since 1970. Pure.
 */
export function tokenUse(tokens: StoredTokens, rejectedToken: string | undefined, now: number): TokenUse {
  const { access_token, refresh_token, expires_at } = tokens;
  const isDue = expires_at !== undefined && expires_at - EARLY_MS <= now;
  if (!isDue && access_token !== rejectedToken) return { kind: 'send' };
  return refresh_token === undefined ? { kind: 'expired' } : { kind: 'refresh', refreshToken: refresh_token };
}

/** When the tokens came, and when they were last refreshed because of a refusal, in ms since 1970. */
export interface TokenTimes {
  readonly changedAt: number;
  readonly forcedAt: number;
}

/**
 * What a 401 says of the tokens: nothing, since it may be about the ones before them; that the access token has to be
 * refreshed; or that they are of no use, since neither expiry nor rotation explains it. Pure.
 */
export function afterRefusal(
  tokens: StoredTokens,
  { changedAt, forcedAt }: TokenTimes,
  now: number,
): 'nothing' | 'refresh' | 'useless' {
  if (stillLasts(changedAt, SETTLE_MS, now)) return 'nothing';
  const canRefresh = tokens.refresh_token !== undefined && !stillLasts(forcedAt, REFUSED_AGAIN_MS, now);
  return canRefresh ? 'refresh' : 'useless';
}
