import type { Problem } from '../../shared/errors/problem.ts';
import type { OutgoingDependencies } from '../auth/outgoing/create-outgoing-auth.ts';
import type { OAuthAuth } from '../auth/outgoing/oauth/oauth-auth.ts';
import { createNoAuth, type OwnedOutgoingAuth } from '../auth/outgoing/static-auth.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

export interface DeferredOptions {
  readonly dependencies: OutgoingDependencies;
  /** A person signed in where nobody was signed in before, or signed out. */
  readonly signInChanged: () => void;
}

export interface DeferredAuth {
  readonly auth: OwnedOutgoingAuth;
  /** The strategy itself, where a person signs in to it. Rejects where its code cannot be loaded at present. */
  readonly signIn: () => Promise<OAuthAuth | undefined>;
}

interface Loaded {
  readonly auth: OwnedOutgoingAuth;
  readonly signIn: OAuthAuth | undefined;
}

/** A strategy that cannot work as it is set: every request says why, none is sent. */
export function unusableAuth(backend: string, problems: readonly Problem[]): OwnedOutgoingAuth {
  const message = `${backend}: ${problems.map((problem) => problem.message).join(' ')}`;
  return { ...createNoAuth(), headers: () => ({ ok: false, state: 'failed', message }) };
}

/**
 * A strategy whose code is loaded with the first backend that uses it: the OAuth libraries are most of the program, and
 * most users' backends need none of them.
 */
export function createDeferredAuth(
  backend: string,
  settings: { readonly strategy: string },
  store: SecretStore,
  { dependencies, signInChanged }: DeferredOptions,
): DeferredAuth {
  let watching: Disposable | undefined;
  let isOver = false;
  let loaded: OwnedOutgoingAuth | undefined;
  let loading: Promise<Loaded> | undefined;

  async function load(): Promise<Loaded> {
    const { createOutgoingAuth, isOAuthAuth } = await import('../auth/outgoing/create-outgoing-auth.ts');
    const made = createOutgoingAuth(backend, settings, store, dependencies);
    const auth = made.ok ? made.value : unusableAuth(backend, made.problems);
    if (isOver) auth[Symbol.dispose]();
    else if (isOAuthAuth(auth)) watching = watchSignIn(auth, signInChanged);
    loaded = auth;
    return { auth, signIn: isOAuthAuth(auth) ? auth : undefined };
  }

  /** Once for all; anew where it failed, for want of file descriptors say (RES-03). */
  function once(): Promise<Loaded> {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  return {
    signIn: async () => (await once()).signIn,
    auth: {
      headers: (caller) =>
        loaded?.headers(caller) ??
        once().then(
          ({ auth }) => auth.headers(caller),
          () => ({
            ok: false,
            state: 'failed',
            message: `${backend}: what signs in to it could not be loaded`,
          }),
        ),
      refused: (status, challenge) => loaded?.refused?.(status, challenge),
      [Symbol.dispose]() {
        isOver = true;
        watching?.[Symbol.dispose]();
        loaded?.[Symbol.dispose]();
      },
    },
  };
}

/**
 * Tells of a sign-in or sign-out by a person: what a signed-out backend was connected with must not stay in use. A token
 * that was refreshed or found in the keychain changes nothing.
 */
function watchSignIn(auth: OAuthAuth, signInChanged: () => void): Disposable {
  let before = auth.state.state;
  return auth.onState(({ state }) => {
    const signedIn = state === 'signed-in' && before !== 'signed-in' && before !== 'unknown';
    const signedOut = state === 'signed-out' && before === 'signed-in';
    if (signedIn || signedOut) signInChanged();
    before = state;
  });
}
