import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { CallAnswer, ControlApi } from '../../../shared/control/contract.ts';
import type { OAuthAuth } from '../../auth/outgoing/oauth/oauth-auth.ts';
import { type ControlContext, knownBackend } from './context.ts';
import { refuse, refuseProblems } from './refuse.ts';
import type { Scrubber } from './scrubber.ts';
import { WINDOW_CALLER } from './window-caller.ts';

type Line = CallAnswer<'signIn.cancel'>;
type State = Line['status'];
type Failed = Omit<Extract<State, { state: 'failed' }>, 'state'>;

/** How long a sign-in waits for the browser, in ms; electron/auth ends it by itself. */
const WAIT_MS = 300_000;
/** What fails at once, such as discovery without a network, is the answer to the click. In ms. */
const AT_ONCE_MS = 1_000;
/** A click on a host without a browser is answered with the address, which takes a few requests to find. In ms. */
const ADDRESS_MS = 15_000;

interface Attempt {
  readonly attempt: string;
  readonly since: number;
}

/** Sign-ins under way and how the last one ended, by backend. In memory only. */
export interface SignIns {
  readonly attempts: Map<string, Attempt>;
  readonly failures: Map<string, Failed>;
}

/** The calls about signing in to backends. A browser opens on `start` alone. */
export function signInApi(context: ControlContext, signIns: SignIns): ControlApi['signIn'] {
  const { patchbay, now } = context;
  const opensBrowser = context.extras.opensBrowser === true;
  const tell = async (backend: string): Promise<Line> => {
    const line = await signInLine(context, signIns, backend);
    context.raise('signIn.changed', line);
    return line;
  };

  async function run(backend: string, auth: OAuthAuth, { attempt }: Attempt): Promise<void> {
    const done = await auth.signIn();
    // Cancelled meanwhile, which has been told, or even begun again.
    if (signIns.attempts.get(backend)?.attempt !== attempt) return;
    signIns.attempts.delete(backend);
    if (!done.ok) {
      const { message: reason, fix } = done.problems[0] ?? {
        message: 'The sign-in failed.',
        fix: 'Try again.',
      };
      signIns.failures.set(backend, { reason: context.scrub.text(reason), fix });
    }
    await tell(backend);
    if (!done.ok) refuseProblems(done.problems);
  }

  return {
    async status({ backend }) {
      const names = [...patchbay.config().backends.keys()].filter(
        (name) => backend === undefined || name === backend,
      );
      for (const name of names) await knownSignIn(context, name);
      return { backends: await Promise.all(names.map((name) => signInLine(context, signIns, name))) };
    },
    async start({ backend }) {
      const auth = await interactive(context, backend);
      if (!signIns.attempts.has(backend)) {
        const attempt = { attempt: randomBytes(8).toString('hex'), since: now() };
        signIns.attempts.set(backend, attempt);
        signIns.failures.delete(backend);
        const running = run(backend, auth, attempt);
        // What fails later is told by the event; here only what fails at once.
        running.catch(() => undefined);
        await Promise.race([running, opensBrowser ? pause(AT_ONCE_MS) : addressOf(auth)]);
      }
      const { status } = await tell(backend);
      const address = status.state === 'waiting' ? status.address : undefined;
      return { status, opened: opensBrowser, ...(address === undefined ? {} : { address }) };
    },
    async cancel({ backend }) {
      const auth = await interactive(context, backend);
      signIns.attempts.delete(backend);
      await auth.cancelSignIn();
      return await tell(backend);
    },
    async signOut({ backend }) {
      const auth = await interactive(context, backend);
      signIns.attempts.delete(backend);
      signIns.failures.delete(backend);
      const done = await auth.signOut();
      const line = await tell(backend);
      return done.ok ? line : refuseProblems(done.problems);
    },
  };
}

/** The sign-in of a backend that has one, after the first look into the keychain. */
export async function knownSignIn(
  { patchbay }: ControlContext,
  backend: string,
): Promise<OAuthAuth | undefined> {
  const auth = await patchbay.outgoing.signInOf(backend);
  if (auth?.state.state === 'unknown') await auth.headers(WINDOW_CALLER);
  return auth;
}

/** How the user stands with the sign-in of one backend. */
export async function signInLine(
  { patchbay, extras, scrub }: ControlContext,
  signIns: SignIns,
  backend: string,
): Promise<Line> {
  const auth = await patchbay.outgoing.signInOf(backend);
  const attempt = signIns.attempts.get(backend);
  if (auth === undefined || attempt === undefined) {
    return { backend, status: restingState(auth, signIns.failures.get(backend), scrub) };
  }
  const address = extras.opensBrowser === true ? undefined : shownAddress(auth);
  const { attempt: handle, since } = attempt;
  const waiting = { state: 'waiting', attempt: handle, since, until: since + WAIT_MS } as const;
  return { backend, status: { ...waiting, ...(address === undefined ? {} : { address }) } };
}

function restingState(auth: OAuthAuth | undefined, failure: Failed | undefined, scrub: Scrubber): State {
  if (auth === undefined) return { state: 'not-needed' };
  const { state } = auth;
  switch (state.state) {
    case 'signed-in': {
      const { issuer, expiresAt, wantsScope } = state;
      const renews = expiresAt === undefined ? {} : { renewsAt: Math.max(0, Math.round(expiresAt)) };
      const wants = wantsScope === undefined ? {} : { wantsScope: scrub.text(wantsScope) };
      const newSignIn = failure === undefined ? {} : { newSignIn: failure };
      return { state: 'signed-in', issuer: issuer.slice(0, 1_024), ...renews, ...wants, ...newSignIn };
    }
    case 'keychain-locked':
      return { state: 'failed', reason: state.reason, fix: 'Unlock the keychain, then ask again.' };
    case 'sign-in-again':
      return failedOr(failure, { state: 'signed-out', reason: state.reason });
    default:
      return failedOr(failure, { state: 'signed-out' });
  }
}

function failedOr(failure: Failed | undefined, state: State): State {
  return failure === undefined ? state : { state: 'failed', ...failure };
}

function shownAddress({ state }: OAuthAuth): string | undefined {
  return state.state === 'signing-in' ? state.address : undefined;
}

/** Until the address to open is known, or for as long as a person waits for it. */
async function addressOf(auth: OAuthAuth): Promise<void> {
  using watching = new DisposableStack();
  const known = new Promise<void>((resolve) => {
    watching.use(auth.onState(() => shownAddress(auth) !== undefined && resolve()));
  });
  await Promise.race([known, pause(ADDRESS_MS)]);
}

function pause(ms: number): Promise<void> {
  return setTimeout(ms, undefined, { ref: false });
}

async function interactive(context: ControlContext, backend: string): Promise<OAuthAuth> {
  knownBackend(context, backend);
  const auth = await context.patchbay.outgoing.signInOf(backend);
  if (auth !== undefined) return auth;
  return refuse('control.not-available', `${backend} has no sign-in that opens a browser.`, {
    fix: 'Edit the backend and choose “Sign in with OAuth”, or give it the key that it asks for.',
  });
}
