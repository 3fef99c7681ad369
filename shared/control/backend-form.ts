import { z } from 'zod';
import type { OutgoingStrategy } from '../config/outgoing-settings.ts';
import { headerName, list, setting, text, toolName, variableName } from './vocabulary.ts';

// The fields follow shared/config/backend-schema.ts, but judge nothing: what is typed goes to the rules there and comes
// back with reasons. Lists, not maps: a form may hold one name twice in two spellings (it is told so, B50), and a name
// such as `__proto__` is a legal header (CFG-07). The host turns a form into the entry of the config file.

const namedSetting = z.strictObject({ name: headerName, value: setting });
const variableSetting = z.strictObject({ name: variableName, value: setting });

const strategies = [
  'none',
  'bearer',
  'header',
  'basic',
  'oauth',
  'client_credentials',
  'token_exchange',
  'upstream',
] as const satisfies readonly OutgoingStrategy[];

/** The fields of all strategies; which of them belong to one is said by shared/config. Never a credential. */
const outgoingAuthForm = z.strictObject({
  strategy: z.enum(strategies),
  header: setting.optional(),
  username: setting.optional(),
  clientId: setting.optional(),
  scopes: list(setting, 100).optional(),
  issuer: setting.optional(),
  tokenUrl: setting.optional(),
  audience: setting.optional(),
  resource: setting.optional(),
});

const remote = {
  url: setting,
  /** The user accepts that credentials travel unencrypted to this backend (CFG-12). */
  sendInClear: z.boolean(),
  headers: list(namedSetting, 64),
  /** Names only; the values go to the keychain and never come back. */
  secretHeaders: list(headerName, 64),
  auth: outgoingAuthForm,
  identityHeaders: z.enum(['auto', 'on', 'off']),
  passthroughExcept: list(headerName, 64),
};

const connectionForm = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('http'), ...remote }),
  z.strictObject({ type: z.literal('sse'), ...remote }),
  z.strictObject({
    type: z.literal('stdio'),
    command: setting,
    args: list(setting, 256),
    cwd: setting.optional(),
    env: list(variableSetting, 128),
    secretEnv: list(variableName, 128),
    envFromHeaders: list(z.strictObject({ variable: variableName, header: headerName }), 64),
  }),
]);

const toolRules = z.strictObject({
  /** Absent: every tool of the backend. */
  only: list(toolName).optional(),
  hide: list(toolName),
  rename: list(z.strictObject({ tool: toolName, to: toolName })),
  describe: list(z.strictObject({ tool: toolName, text: setting })),
  changed: z.enum(['warn', 'hold']),
});

/** One backend as the form holds it: its entry in the config file without any secret value. */
export const backendForm = z.strictObject({
  title: text('setting', 200).optional(),
  enabled: z.boolean(),
  connection: connectionForm,
  tools: toolRules,
  timeoutSeconds: z.number(),
  era: z.enum(['auto', 'legacy', 'modern']),
});
export type BackendForm = z.infer<typeof backendForm>;
