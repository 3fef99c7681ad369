import type { Checked } from '../../../../shared/errors/problem.ts';
import type { HeaderName } from '../../../../shared/headers/name.ts';
import { stillLasts } from '../../../../shared/time/still-lasts.ts';
import { createListeners } from '../../../secrets/change-listeners.ts';
import { secretKey } from '../../../secrets/secret-key.ts';
import type { SecretWrite } from '../../../secrets/secret-store.ts';
import type { AuthHeaders } from '../outgoing-auth.ts';
import type { OwnedOutgoingAuth } from '../static-auth.ts';
import { type ChallengeDetail, readChallenge } from './challenge-detail.ts';
import { refreshTokens } from './refresh-tokens.ts';
import { revokeTokens } from './revoke-tokens.ts';
import { type OAuthSettings, type SignInDependencies, signIn } from './sign-in.ts';
import { signInProblem, signOutProblem } from './sign-in-error.ts';
import {
  parseSignIn,
  type StoredSignIn,
  type StoredTokens,
  signInRef,
  writeSignIn,
} from './stored-sign-in.ts';

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

/** A token is replaced this long before it expires, in ms: it must still be good when it arrives. */
const EARLY = 30_000;
/** After a refresh that could not be made; no call asks again before, in ms. */
const REFRESH_HOLD = 10_000;
/** A refusal within this time of a token's arrival may still be about the one before it, in ms. */
const SETTLE = 5_000;
/** A fresh token that is refused again within this time is no matter of refreshing any more, in ms. */
const REFUSED_AGAIN = 300_000;

const AUTHORIZATION = 'Authorization' as HeaderName;

/** OAuth towards one backend: one sign-in of this machine's user, its tokens in the keychain, refreshed when due. */
export function createOAuthAuth(
  backend: string,
  serverUrl: string,
  settings: OAuthSettings,
  dependencies: SignInDependencies,
): OAuthAuth {
  const { store, fetch, now } = dependencies;
  const ref = signInRef(backend);
  const listeners = createListeners<SignInState>();
  let state: SignInState = { state: 'unknown' };
  /** What is known of the entry in the keychain; `undefined`: not read yet. */
  let memory: { readonly signIn: StoredSignIn | undefined } | undefined;
  let loading: Promise<AuthHeaders> | undefined;
  let refreshing: Promise<AuthHeaders> | undefined;
  let signingIn: { readonly done: Promise<Checked<string>>; readonly cancel: AbortController } | undefined;
  let challenge: ChallengeDetail = {};
  let rejectedToken: string | undefined;
  let changedAt = Number.NEGATIVE_INFINITY;
  let forcedAt = Number.NEGATIVE_INFINITY;
  let unreachedAt = Number.NEGATIVE_INFINITY;
  let ownWrites = 0;
  /** The memory is newer than the keychain, which could not be written. */
  let unsaved = false;
  /** Whether the keychain was ever seen with an entry of ours. */
  let isKept = false;
  let isLeaving = false;
  let built: { readonly token: string; readonly headers: AuthHeaders } | undefined;

  const noteAll = ({ tokens, client }: StoredSignIn): void => {
    for (const value of [tokens?.access_token, tokens?.refresh_token, client.client_secret]) {
      if (value !== undefined) dependencies.note?.(value);
    }
  };

  const show = (next: SignInState): void => {
    state = next;
    listeners.tell(next);
  };

  const foreignChange = store.onChange((changed) => {
    if (ownWrites > 0 || unsaved || secretKey(changed) !== secretKey(ref)) return;
    const wasSignedIn = memory?.signIn?.tokens !== undefined;
    memory = undefined;
    if (state.state === 'signing-in' || state.state === 'unknown') return;
    if (wasSignedIn) return show({ state: 'unknown' });
    // Somebody may have signed in on the command line: whoever waits for that hears of it without asking.
    Promise.resolve(known()).catch(() => undefined);
  });

  const needsSignIn = (reason: string): AuthHeaders => ({
    ok: false,
    state: 'needs-sign-in',
    message: `Backend "${backend}": ${reason} Sign in to it in Patchbay.`,
  });

  const remember = async (signInNow: StoredSignIn): Promise<void> => {
    noteAll(signInNow);
    memory = { signIn: signInNow };
    changedAt = now();
    rejectedToken = undefined;
    ownWrites += 1;
    try {
      // A keychain that is locked just now does not end the session: the tokens serve from memory until it opens.
      unsaved = !(await writeSignIn(store, backend, signInNow)).ok;
      isKept ||= !unsaved;
    } finally {
      ownWrites -= 1;
    }
  };

  const showSignedIn = (current: StoredSignIn): void => {
    const { tokens, issuer } = current;
    const wantsScope = challenge.error === 'insufficient_scope' ? challenge.scope : undefined;
    show({
      state: 'signed-in',
      issuer,
      ...(tokens?.scope === undefined ? {} : { scope: tokens.scope }),
      ...(tokens?.expires_at === undefined ? {} : { expiresAt: tokens.expires_at }),
      ...(wantsScope === undefined ? {} : { wantsScope }),
    });
  };

  const endSignIn = async (current: StoredSignIn, reason: string): Promise<AuthHeaders> => {
    const { tokens: _, ...rest } = current;
    // The client registration stays: the next sign-in needs no new one.
    await remember(rest);
    show({ state: 'sign-in-again', reason });
    return needsSignIn(reason);
  };

  const refresh = async (current: StoredSignIn, refreshToken: string): Promise<AuthHeaders> => {
    if (stillLasts(unreachedAt, REFRESH_HOLD, now()))
      return failed('The authorization server cannot be reached.');
    if (rejectedToken !== undefined) forcedAt = now();
    const refreshed = await refreshTokens(current, refreshToken, fetch, now);
    switch (refreshed.state) {
      case 'refreshed':
        await remember(refreshed.signIn);
        showSignedIn(refreshed.signIn);
        // As it came, however soon it is due again: a server may give tokens for less than our margin.
        return headersWith(refreshed.tokens);
      case 'refused':
        return endSignIn(current, refreshed.reason);
      case 'unavailable':
        unreachedAt = now();
        return failed(refreshed.failure.message);
    }
  };

  const failed = (reason: string): AuthHeaders => ({
    ok: false,
    state: 'failed',
    message: `The sign-in of backend "${backend}" cannot be refreshed: ${reason}`,
  });

  const headersWith = ({ access_token: token }: StoredTokens): AuthHeaders => {
    if (built?.token !== token) {
      built = { token, headers: { ok: true, headers: [[AUTHORIZATION, `Bearer ${token}`]] } };
    }
    return built.headers;
  };

  const headersOf = (current: StoredSignIn | undefined): AuthHeaders | Promise<AuthHeaders> => {
    const tokens = current?.tokens;
    if (current === undefined || tokens === undefined) {
      return needsSignIn(state.state === 'sign-in-again' ? state.reason : 'Nobody is signed in.');
    }
    const due = tokens.expires_at !== undefined && tokens.expires_at - EARLY <= now();
    if (!due && tokens.access_token !== rejectedToken) return headersWith(tokens);
    if (tokens.refresh_token === undefined) return endSignIn(current, 'The sign-in has expired.');
    // What a refresh brings would be written behind the removal.
    if (isLeaving) return failed('Somebody signs out just now.');
    refreshing ??= refresh(current, tokens.refresh_token).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  const load = async (): Promise<AuthHeaders> => {
    const read = await store.read(ref);
    if (read.state === 'locked' || read.state === 'absent') {
      show({ state: 'keychain-locked', reason: read.reason });
      return {
        ok: false,
        state: 'keychain-locked',
        message: `The sign-in of backend "${backend}" cannot be read: ${read.reason}`,
      };
    }
    const current = read.state === 'found' ? parseSignIn(read) : undefined;
    if (current !== undefined) noteAll(current);
    isKept = read.state === 'found';
    memory = { signIn: current };
    if (state.state !== 'signing-in') {
      if (current?.tokens !== undefined) showSignedIn(current);
      else if (state.state !== 'sign-in-again') show({ state: 'signed-out' });
    }
    return headersOf(current);
  };

  const known = (): AuthHeaders | Promise<AuthHeaders> => {
    if (memory !== undefined) return headersOf(memory.signIn);
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  };

  const openExternal = async (address: string): Promise<void> => {
    show({ state: 'signing-in', address });
    await dependencies.openExternal(address);
  };

  const runSignIn = async (signal: AbortSignal, before: SignInState): Promise<Checked<string>> => {
    try {
      const read = await store.read(ref);
      const earlier = read.state === 'found' ? parseSignIn(read) : undefined;
      isKept ||= read.state === 'found';
      if (earlier !== undefined) noteAll(earlier);
      if (read.state === 'found' || read.state === 'missing') memory ??= { signIn: earlier };
      const request = { backend, serverUrl, settings, challenge, earlier, signal };
      const done = await signIn(request, { ...dependencies, openExternal });
      challenge = {};
      forcedAt = Number.NEGATIVE_INFINITY;
      unreachedAt = Number.NEGATIVE_INFINITY;
      await remember(done);
      showSignedIn(done);
      return { ok: true, value: done.issuer };
    } catch (failure) {
      const problem = signInProblem(backend, failure);
      const signedIn = memory?.signIn;
      if (signedIn?.tokens !== undefined) showSignedIn(signedIn);
      else if (signal.aborted || memory === undefined) show(before);
      else show({ state: 'sign-in-again', reason: problem.message });
      return { ok: false, problems: [problem] };
    }
  };

  const cancelSignIn = async (): Promise<void> => {
    signingIn?.cancel.abort();
    await signingIn?.done;
  };

  const removeEntry = async (): Promise<SecretWrite> => {
    ownWrites += 1;
    try {
      return await store.remove(ref);
    } finally {
      ownWrites -= 1;
    }
  };

  const leave = async (): Promise<Checked<SignedOut>> => {
    const read = await store.read(ref);
    const current = memory?.signIn ?? (read.state === 'found' ? parseSignIn(read) : undefined);
    const removed = await removeEntry();
    // Without any keychain the tokens were in memory alone; that is given up like everything else.
    const isNowhereElse = unsaved && !isKept && !removed.ok && removed.state === 'absent';
    if (!removed.ok && !isNowhereElse) return { ok: false, problems: [signOutProblem(backend, removed)] };
    memory = { signIn: undefined };
    unsaved = false;
    isKept = false;
    show({ state: 'signed-out' });
    if (current?.tokens === undefined) return { ok: true, value: 'nobody-was-signed-in' };
    return { ok: true, value: (await revokeTokens(current, fetch)) ? 'withdrawn' : 'forgotten' };
  };

  return {
    get state() {
      return state;
    },
    headers: () => known(),
    refused(status, text) {
      const detail = readChallenge(text);
      const current = memory?.signIn;
      if (status === 403 && detail.error === 'insufficient_scope') {
        challenge = detail;
        if (current?.tokens !== undefined) showSignedIn(current);
      }
      if (status !== 401) return;
      challenge = detail;
      if (current?.tokens === undefined || stillLasts(changedAt, SETTLE, now())) return;
      if (current.tokens.refresh_token !== undefined && !stillLasts(forcedAt, REFUSED_AGAIN, now())) {
        rejectedToken = current.tokens.access_token;
        return;
      }
      // Neither expiry nor rotation: asking on would only repeat the refusal.
      memory = { signIn: { ...current, tokens: undefined } };
      show({ state: 'sign-in-again', reason: 'The backend does not accept the sign-in any more.' });
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
      foreignChange[Symbol.dispose]();
      memory = undefined;
      built = undefined;
    },
  };
}
