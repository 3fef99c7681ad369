import type { ChallengeDetail } from './challenge-detail.ts';
import type { StoredSignIn } from './stored-sign-in.ts';

/** What the window shows of a backend's sign-in. */
export type SignInState =
  | { readonly state: 'unknown' | 'signed-out' }
  /** `address`: where the browser was sent; a host without one shows it. */
  | { readonly state: 'signing-in'; readonly address?: string }
  | {
      readonly state: 'signed-in';
      readonly issuer: string;
      readonly scope?: string;
      /** In ms since 1970. */
      readonly expiresAt?: number;
      /** The backend asked for more than was granted (step-up); a new sign-in asks for it. */
      readonly wantsScope?: string;
    }
  | { readonly state: 'sign-in-again' | 'keychain-locked'; readonly reason: string };

/** How a sign-in with tokens is shown; `challenge` is the backend's last refusal. No token is in it. */
export function signedInState({ tokens, issuer }: StoredSignIn, challenge: ChallengeDetail): SignInState {
  const wantsScope = challenge.error === 'insufficient_scope' ? challenge.scope : undefined;
  return {
    state: 'signed-in',
    issuer,
    ...(tokens?.scope === undefined ? {} : { scope: tokens.scope }),
    ...(tokens?.expires_at === undefined ? {} : { expiresAt: tokens.expires_at }),
    ...(wantsScope === undefined ? {} : { wantsScope }),
  };
}
