import type { ControlApi } from '../../../shared/control/contract.ts';
import { type ControlContext, knownBackend } from './context.ts';
import { refuse } from './refuse.ts';

/** Strategies for which a person signs in; all others need a stored secret at most. */
const INTERACTIVE: ReadonlySet<string> = new Set(['oauth']);

/** The calls about signing in to backends. Without a sign-in of the host's they say so, and never pretend. */
export function signInApi(context: ControlContext): ControlApi['signIn'] {
  const { patchbay, extras } = context;
  if (extras.signIn !== undefined) return extras.signIn;
  const unavailable = (backend: string): never => {
    knownBackend(context, backend);
    return refuse('control.not-available', `This host cannot sign in to ${backend}.`, {
      fix: 'Use a bearer token or a secret header for this backend.',
    });
  };
  return {
    status: async ({ backend }) => ({
      backends: [...patchbay.config().backends]
        .filter(([name]) => backend === undefined || name === backend)
        .map(([name, config]) => ({
          backend: name,
          status:
            config.type !== 'stdio' && INTERACTIVE.has(config.auth.strategy)
              ? { state: 'failed', reason: 'This host cannot sign in.', fix: 'Use another strategy.' }
              : { state: 'not-needed' },
        })),
    }),
    start: async ({ backend }) => unavailable(backend),
    cancel: async ({ backend }) => unavailable(backend),
    signOut: async ({ backend }) => unavailable(backend),
  };
}
