import { z } from 'zod';
import { sessionSummary } from '../sessions/session-view.ts';
import { backendLine } from './backends.ts';
import { nothing } from './change.ts';
import { call, event } from './define.ts';
import { problems } from './problem-view.ts';
import { keychainState } from './secret-view.ts';
import { authMode } from './settings.ts';
import { count, handle, list, revision, sentence, setting, text, time } from './vocabulary.ts';

const gatewayState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  z.object({ state: z.literal('listening'), endpoint: setting, port: z.int(), since: time }),
  z.object({ state: z.literal('port-taken'), port: z.int(), reason: sentence, fix: sentence }),
  z.object({ state: z.literal('failed'), reason: sentence, fix: sentence }),
  z.object({ state: z.literal('draining'), until: time }),
]);

export const status = {
  /** Everything that a window needs to draw itself, in one read; events carry on from there. */
  snapshot: call({
    input: nothing,
    output: z.object({
      version: text('name', 64, 1),
      host: z.enum(['desktop', 'headless']),
      now: time,
      gateway: gatewayState,
      authMode,
      keychain: keychainState,
      revision,
      backends: list(backendLine),
      sessions: list(sessionSummary, 1_000),
      passthroughHeaders: list(text('name', 1_024), 1_000),
      problems,
      callsLastMinute: count,
      changedDefinitions: count,
      /** Nothing is configured yet: the window opens with the welcome. */
      empty: z.boolean(),
      demo: z.boolean(),
    }),
  }),
  /** Tries again to listen after the port was taken (NET-04). */
  retryListening: call({ input: nothing, output: gatewayState }),
};

export const statusEvents = {
  changed: event(z.object({ gateway: gatewayState, callsLastMinute: count })),
};

export const noticeEvents = {
  /** Something to be told once, in passing. */
  raised: event(
    z.object({
      id: handle,
      at: time,
      level: z.enum(['info', 'success', 'warning', 'error']),
      message: sentence,
      fix: sentence.optional(),
      /** The screen that it belongs to. */
      about: text('handle', 300).optional(),
    }),
  ),
};
