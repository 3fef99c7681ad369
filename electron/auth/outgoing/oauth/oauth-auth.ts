import type { Checked } from '../../../../shared/errors/problem.ts';
import type { HeaderName } from '../../../../shared/headers/name.ts';
import { stillLasts } from '../../../../shared/time/still-lasts.ts';
import { createListeners } from '../../../secrets/change-listeners.ts';
import type { AuthHeaders } from '../outgoing-auth.ts';
import type { OwnedOutgoingAuth } from '../static-auth.ts';
import { type ChallengeDetail, readChallenge } from './challenge-detail.ts';
import { createKeptSignIn } from './kept-sign-in.ts';
import { refreshTokens } from './refresh-tokens.ts';
import { revokeTokens } from './revoke-tokens.ts';
import { type OAuthSettings, type SignInDependencies, signIn } from './sign-in.ts';
import { signInProblem, signOutProblem } from './sign-in-error.ts';
import { type SignInState, signedInState } from './sign-in-state.ts';
import type { StoredSignIn, StoredTokens } from './stored-sign-in.ts';
import { afterRefusal, tokenUse } from './token-use.ts';

/** `forgotten`: here alone, since the server takes nothing back or could not be reached. */
export type SignedOut = 'withdrawn' | 'forgotten' | 'nobody-was-signed-in';

export interface OAuthAuth extends OwnedOutgoingAuth {
  readonly state: SignInState;
  /** By a person's click: opens the browser once; calls while one is under way share it. */
  signIn(): Promise<Checked<StoredSignIn['issuer']>>;
  /** Ends a sign-in under way and nothing else: who was signed in before still is. */
  cancelSignIn(): Promise<void>;
  /**
   * Ends a sign-in under way, forgets the tokens and withdraws them at the server where it can. A keychain that keeps
   * them is the problem `auth.sign-out-failed`; then nothing is changed and who was signed in still is.
   */
  signOut(): Promise<Checked<SignedOut>>;
  onState(listener: (state: SignInState) => void): Disposable;
}

/** After a refresh that could not be made; no call asks again before, in ms. */
const REFRESH_HOLD_MS = 10_000;

const AUTHORIZATION = 'Authorization' as HeaderName;

/** OAuth towards one backend: one sign-in of this machine's user, its tokens in the keychain, refreshed when due. */
export function createOAuthAuth(
  backend: string,
  serverUrl: string,
  settings: OAuthSettings,
  dependencies: SignInDependencies,
): OAuthAuth {
  const { store, fetch, now } = dependencies;
  const listeners = createListeners<SignInState>();
  const kept = createKeptSignIn(backend, store, dependencies.note, changedElsewhere);
  let state: SignInState = { state: 'unknown' };
  let loading: Promise<AuthHeaders> | undefined;
  let refreshing: Promise<AuthHeaders> | undefined;
  let signingIn: { readonly done: Promise<Checked<string>>; readonly cancel: AbortController } | undefined;
  let challenge: ChallengeDetail = {};
  let rejectedToken: string | undefined;
  let changedAt = Number.NEGATIVE_INFINITY;
  let forcedAt = Number.NEGATIVE_INFINITY;
  let unreachedAt = Number.NEGATIVE_INFINITY;
  let isLeaving = false;
  let built: { readonly token: string; readonly headers: AuthHeaders } | undefined;

  function show(next: SignInState): void {
    state = next;
    listeners.tell(next);
  }

  const showSignedIn = (current: StoredSignIn): void => show(signedInState(current, challenge));

  function changedElsewhere(hadTokens: boolean): void {
    if (state.state === 'signing-in' || state.state === 'unknown') return;
    // Somebody may have signed in on the command line: whoever waits for that hears of it without asking.
    if (hadTokens) show({ state: 'unknown' });
    else Promise.resolve(headers()).catch(() => undefined);
  }

  function refuse(why: Extract<AuthHeaders, { ok: false }>['state'], message: string): AuthHeaders {
    return { ok: false, state: why, message };
  }

  const needsSignIn = (reason: string): AuthHeaders =>
    refuse('needs-sign-in', `Backend "${backend}": ${reason} Sign in to it in Patchbay.`);

  const cannotRefresh = (reason: string): AuthHeaders =>
    refuse('failed', `The sign-in of backend "${backend}" cannot be refreshed: ${reason}`);

  function keep(current: StoredSignIn): Promise<void> {
    changedAt = now();
    rejectedToken = undefined;
    return kept.keep(current);
  }

  async function endSignIn(current: StoredSignIn, reason: string): Promise<AuthHeaders> {
    const { tokens: _, ...rest } = current;
    // The client registration stays: the next sign-in needs no new one.
    await keep(rest);
    show({ state: 'sign-in-again', reason });
    return needsSignIn(reason);
  }

  async function refresh(current: StoredSignIn, refreshToken: string): Promise<AuthHeaders> {
    if (stillLasts(unreachedAt, REFRESH_HOLD_MS, now()))
      return cannotRefresh('The authorization server cannot be reached.');
    if (rejectedToken !== undefined) forcedAt = now();
    const refreshed = await refreshTokens(current, refreshToken, fetch, now);
    switch (refreshed.state) {
      case 'refreshed':
        await keep(refreshed.signIn);
        showSignedIn(refreshed.signIn);
        // As it came, however soon it is due again: a server may give tokens for less than our margin.
        return headersWith(refreshed.tokens);
      case 'refused':
        return endSignIn(current, refreshed.reason);
      case 'unavailable':
        unreachedAt = now();
        return cannotRefresh(refreshed.failure.message);
    }
  }

  function headersWith({ access_token: token }: StoredTokens): AuthHeaders {
    if (built?.token !== token) {
      built = { token, headers: { ok: true, headers: [[AUTHORIZATION, `Bearer ${token}`]] } };
    }
    return built.headers;
  }

  function headersOf(current: StoredSignIn | undefined): AuthHeaders | Promise<AuthHeaders> {
    const tokens = current?.tokens;
    if (current === undefined || tokens === undefined)
      return needsSignIn(state.state === 'sign-in-again' ? state.reason : 'Nobody is signed in.');
    const use = tokenUse(tokens, rejectedToken, now());
    if (use.kind === 'send') return headersWith(tokens);
    if (use.kind === 'expired') return endSignIn(current, 'The sign-in has expired.');
    // What a refresh brings would be written behind the removal.
    if (isLeaving) return cannotRefresh('Somebody signs out just now.');
    refreshing ??= refresh(current, use.refreshToken).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  async function load(): Promise<AuthHeaders> {
    const loaded = await kept.load();
    if (loaded.state !== 'read') {
      show({ state: 'keychain-locked', reason: loaded.reason });
      const message = `The sign-in of backend "${backend}" cannot be read: ${loaded.reason}`;
      return refuse('keychain-locked', message);
    }
    const current = kept.known()?.signIn;
    if (state.state !== 'signing-in') {
      if (current?.tokens !== undefined) showSignedIn(current);
      else if (state.state !== 'sign-in-again') show({ state: 'signed-out' });
    }
    return headersOf(current);
  }

  function headers(): AuthHeaders | Promise<AuthHeaders> {
    const known = kept.known();
    if (known !== undefined) return headersOf(known.signIn);
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function openExternal(address: string): Promise<void> {
    show({ state: 'signing-in', address });
    await dependencies.openExternal(address);
  }

  async function runSignIn(signal: AbortSignal, before: SignInState): Promise<Checked<string>> {
    try {
      const loaded = await kept.load();
      const earlier = loaded.state === 'read' ? loaded.signIn : undefined;
      const request = { backend, serverUrl, settings, challenge, earlier, signal };
      const done = await signIn(request, { ...dependencies, openExternal });
      challenge = {};
      forcedAt = Number.NEGATIVE_INFINITY;
      unreachedAt = Number.NEGATIVE_INFINITY;
      await keep(done);
      showSignedIn(done);
      return { ok: true, value: done.issuer };
    } catch (failure) {
      const problem = signInProblem(backend, failure);
      const known = kept.known();
      if (known?.signIn?.tokens !== undefined) showSignedIn(known.signIn);
      else if (signal.aborted || known === undefined) show(before);
      else show({ state: 'sign-in-again', reason: problem.message });
      return { ok: false, problems: [problem] };
    }
  }

  async function cancelSignIn(): Promise<void> {
    signingIn?.cancel.abort();
    await signingIn?.done;
  }

  async function leave(): Promise<Checked<SignedOut>> {
    const loaded = await kept.load();
    const current = kept.known()?.signIn ?? (loaded.state === 'read' ? loaded.signIn : undefined);
    const removed = await kept.remove();
    if (!removed.ok) return { ok: false, problems: [signOutProblem(backend, removed)] };
    show({ state: 'signed-out' });
    if (current?.tokens === undefined) return { ok: true, value: 'nobody-was-signed-in' };
    return { ok: true, value: (await revokeTokens(current, fetch)) ? 'withdrawn' : 'forgotten' };
  }

  return {
    get state() {
      return state;
    },
    headers,
    refused(status, text) {
      const detail = readChallenge(text);
      const current = kept.known()?.signIn;
      if (status === 403 && detail.error === 'insufficient_scope') {
        challenge = detail;
        if (current?.tokens !== undefined) showSignedIn(current);
      }
      if (status !== 401) return;
      challenge = detail;
      if (current?.tokens === undefined) return;
      switch (afterRefusal(current.tokens, { changedAt, forcedAt }, now())) {
        case 'nothing':
          return;
        case 'refresh':
          rejectedToken = current.tokens.access_token;
          return;
        case 'useless':
          kept.disown(current);
          show({ state: 'sign-in-again', reason: 'The backend does not accept the sign-in any more.' });
      }
    },
    signIn() {
      if (signingIn !== undefined) return signingIn.done;
      const cancel = new AbortController();
      const before = state;
      show({ state: 'signing-in' });
      const done = runSignIn(cancel.signal, before).finally(() => {
        signingIn = undefined;
      });
      signingIn = { done, cancel };
      return done;
    },
    cancelSignIn,
    async signOut() {
      isLeaving = true;
      try {
        await cancelSignIn();
        await Promise.allSettled([refreshing]);
        return await leave();
      } finally {
        isLeaving = false;
      }
    },
    onState: (listener) => listeners.add(listener),
    [Symbol.dispose]() {
      signingIn?.cancel.abort();
      kept[Symbol.dispose]();
      built = undefined;
    },
  };
}
