import { z } from 'zod';
import { changed, expected, nothing } from './change.ts';
import { call, event } from './define.ts';
import { problems } from './problem-view.ts';
import { keychainState } from './secret-view.ts';
import { backendName, bytes, claim, list, maskedText, revision, setting, text } from './vocabulary.ts';

export const authMode = z.enum(['local', 'anonymous', 'oidc', 'embedded']);

/** Who may call; judged by shared/config/gateway-schema.ts. Local tokens have calls of their own. */
const authForm = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('local') }),
  z.strictObject({ mode: z.literal('anonymous') }),
  z.strictObject({
    mode: z.literal('oidc'),
    issuer: setting,
    audience: setting,
    jwksUri: setting.optional(),
    requiredScopes: list(setting, 100),
    introspection: z.strictObject({ url: setting, clientId: setting }).optional(),
  }),
  z.strictObject({
    mode: z.literal('embedded'),
    profile: z.strictObject({
      sub: claim.optional(),
      email: claim.optional(),
      name: claim.optional(),
    }),
    upstream: z.strictObject({ issuer: setting, clientId: setting, scopes: list(setting, 100) }).optional(),
  }),
]);

/** What the settings screen edits. A key that is left out of a change stays as it is. */
const editable = z.strictObject({
  port: z.int().min(0).max(65_535),
  host: z.enum(['127.0.0.1', '::1']),
  auth: authForm,
  allowedOrigins: list(setting, 32),
  sessionIdleHours: z.number(),
  maxSessions: z.int(),
  sayWhoAsks: z.boolean(),
  conflicts: z.enum(['prefix', 'priority', 'manual']),
  order: list(backendName),
  prefixFormat: setting,
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
