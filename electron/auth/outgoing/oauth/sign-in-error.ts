import type { ErrorCode } from '../../../../shared/errors/codes.ts';
import { type Problem, problem } from '../../../../shared/errors/problem.ts';
import type { SecretWrite } from '../../../secrets/secret-store.ts';
import { guardedFaultOf } from '../../guarded/guarded-error.ts';

type SignInCode = Extract<ErrorCode, `auth.${string}`>;

/** Why a sign-in or a token request came to nothing, in our words: what the other side sent is never repeated. */
export class SignInError extends Error {
  readonly code: SignInCode;

  constructor(code: SignInCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SignInError';
    this.code = code;
  }
}

/** The problem to show for any failure of a sign-in of this backend. */
export function signInProblem(backend: string, failure: unknown): Problem {
  const { code, message } = asSignInError(failure);
  return problem(code, `backends.${backend}.auth`, message, FIXES[code] ?? 'Sign in again.');
}

/** The problem to show where the store keeps the tokens of this backend although they were to be removed. */
export function signOutProblem(backend: string, refused: Extract<SecretWrite, { ok: false }>): Problem {
  const message = `Nothing was changed: the tokens of "${backend}" are still in the keychain. ${refused.reason}`;
  const fix =
    refused.state === 'read-only'
      ? 'Take them out of PATCHBAY_SECRETS and start again.'
      : 'Unlock or start the keychain, then sign out again.';
  return problem('auth.sign-out-failed', `backends.${backend}.auth`, message, fix);
}

/** Puts a library's failure into our words; error texts and bodies of the other side stay behind (OAU-03). */
export function asSignInError(failure: unknown): SignInError {
  if (failure instanceof SignInError) return failure;
  const guarded = guardedFaultOf(failure);
  if (guarded !== undefined) {
    const code =
      guarded.fault === 'unreachable' || guarded.fault === 'timeout'
        ? 'auth.issuer-unreachable'
        : 'auth.guarded-address';
    return new SignInError(code, guarded.message);
  }
  const name = failure instanceof Error ? failure.name : '';
  if (name === 'IssuerMismatchError') {
    return new SignInError(
      'auth.issuer-mismatch',
      'The authorization server is not the one that it says it is.',
    );
  }
  const code = oauthErrorCode(failure);
  if (code !== undefined)
    return new SignInError('auth.token-request', `The authorization server answered "${code}".`);
  return new SignInError(
    'auth.sign-in-failed',
    'The authorization server gave an answer that cannot be used.',
  );
}

/** The `error` code of an OAuth answer when it is one of the registered kind: lower-case words, nothing else. */
export function oauthErrorCode(failure: unknown): string | undefined {
  const code = failure instanceof Error && 'code' in failure ? failure.code : undefined;
  return typeof code === 'string' && /^[a-z_]{3,40}$/.test(code) ? code : undefined;
}

const FIXES: Partial<Record<SignInCode, string>> = {
  'auth.issuer-unreachable': 'Check the network, then sign in again.',
  'auth.guarded-address': "Check the backend's address; its sign-in leads where it must not lead.",
  'auth.no-pkce': 'Ask the operator of this server to support PKCE with S256.',
  'auth.unsafe-address': 'Do not trust this server until its operator has explained the address.',
  'auth.registration': 'Register a client at the server by hand and set its clientId for this backend.',
};
