import { z } from 'zod';
import { changed, expected, nothing } from './change.ts';
import { call, event } from './define.ts';
import { problems } from './problem-view.ts';
import { keychainState } from './secret-view.ts';
import { backendName, bytes, list, maskedText, milliseconds, revision, setting, text } from './vocabulary.ts';

export const authMode = z.enum(['local', 'anonymous', 'oidc', 'embedded']);

/** What the settings screen edits. A key that is left out of a change stays as it is. */
const editable = z.strictObject({
  port: z.int().min(0).max(65_535),
  ipv6: z.boolean(),
  authMode,
  oidc: z.strictObject({ issuer: setting, audience: setting }).nullable(),
  allowedOrigins: list(setting, 32),
  conflicts: z.enum(['prefix', 'priority', 'manual']),
  prefixFormat: setting,
  priority: list(backendName),
  changedTools: z.enum(['warn', 'hold']),
  idleLimit: milliseconds,
  autostart: z.boolean(),
  hideToTray: z.boolean(),
  updates: z.enum(['ask', 'off']),
  language: text('setting', 35),
});

export const settings = {
  get: call({
    input: nothing,
    output: z.object({
      revision,
      settings: editable,
      problems,
      configFile: setting,
      /** A file of a newer version, or one we may not write: shown, never rewritten (CFG-10). */
      readOnly: z.boolean(),
      /** What this host cannot do: a headless one has no tray and no autostart. */
      unavailable: list(z.enum(['autostart', 'hideToTray', 'updates', 'deepLinks'])),
    }),
  }),
  set: call({
    input: z.strictObject({ ...expected, change: editable.partial() }),
    output: changed.extend({ restartNeeded: z.boolean() }),
  }),
  keychain: call({ input: nothing, output: keychainState }),
  /** Everything that the support bundle would hold, to be read before it is saved. */
  supportBundle: call({
    input: nothing,
    output: z.object({
      files: list(z.object({ name: text('name', 200, 1), bytes, text: text('masked', 8_388_608) }), 50),
      leftOut: list(maskedText, 50),
    }),
  }),
};

export const configEvents = {
  /** The config file has a new state, whoever made it. */
  changed: event(z.object({ revision, by: z.enum(['this-app', 'file']), parts: list(text('name', 64), 50) })),
};

export const problemEvents = { changed: event(z.object({ problems })) };
