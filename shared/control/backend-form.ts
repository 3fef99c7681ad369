import { z } from 'zod';
import { headerName, list, milliseconds, setting, text, toolName, variableName } from './vocabulary.ts';

// Lists, not maps: a form may hold one name twice in two spellings (it is told so, B50), and a name such as
// `__proto__` is a legal header (CFG-07). The host turns it into the entry of the config file.

export const namedSetting = z.strictObject({ name: headerName, value: setting });
const variableSetting = z.strictObject({ name: variableName, value: setting });

const remote = {
  url: setting,
  /** The user ticked "send in clear" for http to another host with a secret header (CFG-12). */
  sendInClear: z.boolean().default(false),
  headers: list(namedSetting, 32),
  /** Names only; the values go to the keychain and never come back. */
  secretHeaders: list(headerName, 32),
  passthroughExcept: list(headerName, 32),
  identityHeaders: z.enum(['auto', 'on', 'off']),
  /** The strategy by name; its settings are names and addresses, never a credential. */
  auth: z.strictObject({ strategy: text('name', 64, 1), settings: list(variableSetting, 32) }),
};

export const connectionForm = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('http'), ...remote }),
  z.strictObject({ type: z.literal('sse'), ...remote }),
  z.strictObject({
    type: z.literal('stdio'),
    command: setting,
    args: list(setting, 256),
    cwd: setting.optional(),
    env: list(variableSetting, 128),
    secretEnv: list(variableName, 128),
    envFromHeaders: list(z.strictObject({ variable: variableName, header: headerName }), 32),
  }),
]);

export const toolRules = z.strictObject({
  /** Absent: every tool of the backend. */
  only: list(toolName).optional(),
  hide: list(toolName),
  rename: list(z.strictObject({ tool: toolName, to: toolName })),
  describe: list(z.strictObject({ tool: toolName, text: setting })),
});

/** One backend as the form holds it: its entry in the config file without any secret value. */
export const backendForm = z.strictObject({
  enabled: z.boolean(),
  connection: connectionForm,
  tools: toolRules,
  callTimeout: milliseconds.max(600_000).optional(),
});
export type BackendForm = z.infer<typeof backendForm>;
