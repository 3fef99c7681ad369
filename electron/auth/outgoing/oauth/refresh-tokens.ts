import { setTimeout } from 'node:timers/promises';
import type { GuardedFetch } from '../../guarded/guarded-fetch.ts';
import { asSignInError, oauthErrorCode, type SignInError } from './sign-in-error.ts';
import type { StoredSignIn, StoredTokens } from './stored-sign-in.ts';
import { clientInformation, keepTokens, storedMetadata } from './token-request.ts';

export type Refreshed =
  | { readonly state: 'refreshed'; readonly signIn: StoredSignIn; readonly tokens: StoredTokens }
  /** The server refused: only a person can go on. */
  | { readonly state: 'refused'; readonly reason: string }
  /** The server could not be asked; the tokens may be as good as before. */
  | { readonly state: 'unavailable'; readonly failure: SignInError };

/** Before the one retry, in ms. */
const PAUSE_MS = 500;

/**
 * Refreshes the tokens of a sign-in at the issuer that gave them. One retry when the answer got lost: a server that
 * had already rotated the token refuses it then, and that ends in "sign in again" (AOU-02, AOU-03).
 */
export async function refreshTokens(
  signIn: StoredSignIn,
  refreshToken: string,
  fetch: GuardedFetch,
  now: () => number,
): Promise<Refreshed> {
  const first = await attempt(signIn, refreshToken, fetch, now);
  if (first.state !== 'unavailable') return first;
  await setTimeout(PAUSE_MS);
  return attempt(signIn, refreshToken, fetch, now);
}

async function attempt(
  signIn: StoredSignIn,
  refreshToken: string,
  fetch: GuardedFetch,
  now: () => number,
): Promise<Refreshed> {
  const sdk = await import('@modelcontextprotocol/client');
  try {
    const tokens = await sdk.refreshAuthorization(signIn.issuer, {
      metadata: storedMetadata(signIn),
      clientInformation: clientInformation(signIn.client),
      refreshToken,
      ...(signIn.resource === undefined ? {} : { resource: signIn.resource }),
      fetchFn: fetch,
    });
    const kept = keepTokens(tokens, now(), signIn.tokens?.scope);
    return { state: 'refreshed', signIn: { ...signIn, tokens: kept }, tokens: kept };
  } catch (failure) {
    const code = oauthErrorCode(failure);
    const isTemporary = code === undefined || code === 'server_error' || code === 'temporarily_unavailable';
    if (isTemporary) return { state: 'unavailable', failure: asSignInError(failure) };
    return { state: 'refused', reason: `The authorization server ended the sign-in ("${code}").` };
  }
}
