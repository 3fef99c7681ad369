import { z } from 'zod';
import { problems } from './problem-view.ts';
import { count, handle, headerName, list, sentence, text, time } from './vocabulary.ts';

/** What is sent along when something is wrong: one sentence each for what happened and the way out. */
const trouble = { reason: sentence, fix: sentence.optional() };

/** How a backend is, over all sessions. Every state that is not well says why and what mends it. */
export const backendState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('disabled') }),
  z.object({ state: z.literal('invalid'), problems, ...trouble }),
  z.object({ state: z.literal('idle') }),
  z.object({ state: z.literal('starting'), since: time }),
  z.object({ state: z.literal('ready'), since: time }),
  z.object({ state: z.literal('unreachable'), since: time, nextTryAt: time.optional(), ...trouble }),
  z.object({
    state: z.literal('restarting'),
    since: time,
    attempt: count,
    nextTryAt: time.optional(),
    ...trouble,
  }),
  z.object({ state: z.literal('stopped'), since: time, ...trouble }),
  z.object({ state: z.literal('cannot-start'), ...trouble }),
  z.object({ state: z.literal('needs-approval'), approval: handle, ...trouble }),
  z.object({ state: z.literal('needs-caller-header'), headers: list(headerName, 32), ...trouble }),
  z.object({ state: z.literal('needs-sign-in'), ...trouble }),
  z.object({
    state: z.literal('secret-missing'),
    kind: z.enum(['header', 'env', 'auth']),
    name: text('name', 256, 1),
    ...trouble,
  }),
  z.object({ state: z.literal('keychain-unavailable'), ...trouble }),
]);
export type BackendState = z.infer<typeof backendState>;

const BY_ITSELF: ReadonlySet<BackendState['state']> = new Set([
  'ready',
  'idle',
  'starting',
  'restarting',
  'disabled',
]);

/** Whether somebody has to do something; what mends itself, or was switched off, does not count. */
export function needsSomebody({ state }: Pick<BackendState, 'state'>): boolean {
  return !BY_ITSELF.has(state);
}
