import { randomBytes } from 'node:crypto';
import type { CallAnswer, ControlApi } from '../../../shared/control/contract.ts';
import type { OAuthAuth } from '../../auth/outgoing/oauth/oauth-auth.ts';
import { type ControlContext, knownBackend } from './context.ts';
import { refuse, refuseProblems } from './refuse.ts';
import { WINDOW_CALLER } from './window-caller.ts';

type Line = CallAnswer<'signIn.cancel'>;
type State = Line['status'];

/** How long a sign-in waits for the browser, in ms; electron/auth ends it by itself. */
const WAIT_MS = 300_000;
/** What fails at once, such as discovery without a network, is the answer to the click. In ms. */
const AT_ONCE_MS = 1_000;

interface Attempt {
  readonly attempt: string;
  readonly since: number;
  /** Somebody was signed in when it began. */
  readonly wasSignedIn: boolean;
}

/** Sign-ins under way and how the last one ended, by backend. In memory only. */
export interface SignIns {
  readonly attempts: Map<string, Attempt>;
  readonly failures: Map<string, Extract<State, { state: 'failed' }>>;
}

/** The calls about signing in to backends. A browser opens on `start` alone. */
export function signInApi(context: ControlContext, signIns: SignIns): ControlApi['signIn'] {
  const { patchbay, extras, now } = context;
  const tell = async (backend: string): Promise<Line> => {
    const line = await signInLine(context, signIns, backend);
    context.raise('signIn.changed', line);
    return line;
  };

  async function run(backend: string, auth: OAuthAuth): Promise<void> {
    const done = await auth.signIn();
    signIns.attempts.delete(backend);
    if (!done.ok) {
      const { message: reason, fix } = done.problems[0] ?? {
        message: 'The sign-in failed.',
        fix: 'Try again.',
      };
      signIns.failures.set(backend, { state: 'failed', reason: context.scrub.text(reason), fix });
    }
    await tell(backend);
    if (!done.ok) refuseProblems(done.problems);
  }

  return {
    async status({ backend }) {
      const names = [...patchbay.config().backends.keys()].filter(
        (name) => backend === undefined || name === backend,
      );
      for (const name of names) {
        const auth = await patchbay.outgoing.signInOf(name);
        // The keychain is read with the first look.
        if (auth?.state.state === 'unknown') await auth.headers(WINDOW_CALLER);
      }
      return { backends: await Promise.all(names.map((name) => signInLine(context, signIns, name))) };
    },
    async start({ backend }) {
      const auth = await interactive(context, backend);
      if (!signIns.attempts.has(backend)) {
        const wasSignedIn = auth.state.state === 'signed-in';
        signIns.attempts.set(backend, { attempt: randomBytes(8).toString('hex'), since: now(), wasSignedIn });
        signIns.failures.delete(backend);
        const running = run(backend, auth);
        let timer: NodeJS.Timeout | undefined;
        const pause = new Promise<void>((resolve) => {
          timer = setTimeout(resolve, AT_ONCE_MS);
        });
        // What fails later is told by the event; here only what fails at once.
        running.catch(() => undefined);
        await Promise.race([running, pause]).finally(() => clearTimeout(timer));
      }
      const { status } = await tell(backend);
      return { status, opened: extras.opensBrowser === true };
    },
    async cancel({ backend }) {
      const auth = await interactive(context, backend);
      const attempt = signIns.attempts.get(backend);
      if (attempt?.wasSignedIn === true) {
        refuse('control.not-available', 'This sign-in cannot be cancelled without signing out.', {
          fix: 'Close its page in the browser; it ends by itself.',
        });
      }
      if (attempt !== undefined) await auth.signOut();
      signIns.attempts.delete(backend);
      return await tell(backend);
    },
    async signOut({ backend }) {
      await (await interactive(context, backend)).signOut();
      signIns.attempts.delete(backend);
      signIns.failures.delete(backend);
      return await tell(backend);
    },
  };
}

/** How the user stands with the sign-in of one backend. */
export async function signInLine(
  { patchbay }: ControlContext,
  signIns: SignIns,
  backend: string,
): Promise<Line> {
  return { backend, status: stateOf(await patchbay.outgoing.signInOf(backend), signIns, backend) };
}

function stateOf(auth: OAuthAuth | undefined, { attempts, failures }: SignIns, backend: string): State {
  if (auth === undefined) return { state: 'not-needed' };
  const attempt = attempts.get(backend);
  if (attempt !== undefined) {
    const { attempt: handle, since } = attempt;
    return { state: 'waiting', attempt: handle, since, until: since + WAIT_MS };
  }
  const { state } = auth;
  switch (state.state) {
    case 'signed-in': {
      const { issuer, expiresAt } = state;
      const renews = expiresAt === undefined ? {} : { renewsAt: Math.max(0, Math.round(expiresAt)) };
      return { state: 'signed-in', issuer: issuer.slice(0, 1_024), ...renews };
    }
    case 'keychain-locked':
      return { state: 'failed', reason: state.reason, fix: 'Unlock the keychain, then ask again.' };
    case 'sign-in-again':
      return { state: 'signed-out', reason: state.reason };
    default:
      return failures.get(backend) ?? { state: 'signed-out' };
  }
}

async function interactive(context: ControlContext, backend: string): Promise<OAuthAuth> {
  knownBackend(context, backend);
  const auth = await context.patchbay.outgoing.signInOf(backend);
  if (auth !== undefined) return auth;
  return refuse('control.not-available', `Nobody signs in to ${backend}.`, {
    fix: 'Choose the strategy oauth for this backend first.',
  });
}
