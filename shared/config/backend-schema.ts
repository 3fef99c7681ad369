import { z } from 'zod';
import { parseUrl } from './addresses.ts';
import {
  headerByVariableSchema,
  headerNamesSchema,
  staticHeadersSchema,
  textMapSchema,
  variableMapSchema,
  variableName,
} from './fields.ts';
import { outgoingAuthSchema } from './outgoing-settings.ts';
import { refuse } from './read.ts';

const toolsSchema = z.strictObject({
  /** Original names; absent means all. */
  only: z.array(z.string()).readonly().optional(),
  hide: z.array(z.string()).readonly().default([]),
  rename: textMapSchema.default(new Map()),
  describe: textMapSchema.default(new Map()),
  /** What happens when a definition changes after it was first seen (HTP-13). */
  changed: z.enum(['warn', 'hold']).default('warn'),
});

const NO_TOOL_SETTINGS: z.output<typeof toolsSchema> = {
  hide: [],
  rename: new Map(),
  describe: new Map(),
  changed: 'warn',
};

const common = {
  title: z.string().max(200).optional(),
  enabled: z.boolean().default(true),
  /** Limit of one call, in seconds; at most 10 minutes (HTP-02). */
  timeoutSeconds: z.number().positive().max(600).default(60),
  era: z.enum(['auto', 'legacy', 'modern']).default('auto'),
  tools: toolsSchema.default(NO_TOOL_SETTINGS),
};

// CFG-11. `ws:` and `file:` have no request headers, and userinfo would be a secret in plain text.
const urlSchema = z.string().transform((text, context): string => {
  const url = parseUrl(text);
  if (url === undefined) {
    refuse(context, 'backend.url', 'This is not an address.', 'Write an address such as https://host/mcp.');
  } else if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    refuse(
      context,
      'backend.url',
      `${url.protocol} addresses are not supported.`,
      'Use an http or https address.',
    );
  } else if (url.username !== '' || url.password !== '') {
    const fix = 'Remove it and use auth basic, or a secret header.';
    refuse(context, 'backend.url', 'An address must not hold a user name or password.', fix);
  } else if (text.includes('#')) {
    refuse(context, 'backend.url', 'An address must not hold a fragment.', 'Remove everything from # on.');
  } else return url.href;
  return z.NEVER;
});

const remote = {
  ...common,
  url: urlSchema,
  headers: staticHeadersSchema.default(new Map()),
  secretHeaders: headerNamesSchema.default([]),
  auth: outgoingAuthSchema.default({ strategy: 'none' }),
  identityHeaders: z.enum(['auto', 'on', 'off']).default('auto'),
  passthrough: z.strictObject({ except: headerNamesSchema.default([]) }).default({ except: [] }),
  /** The user accepts that credentials travel unencrypted to this backend (CFG-12). */
  sendInClear: z.boolean().default(false),
};

const noNul = z.string().regex(/^[^\0]*$/, 'A NUL character is not possible here.');

export const backendSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('http'), ...remote }),
    z.strictObject({ type: z.literal('sse'), ...remote }),
    z.strictObject({
      ...common,
      type: z.literal('stdio'),
      command: noNul.min(1),
      args: z.array(noNul).readonly().default([]),
      env: variableMapSchema.default(new Map()),
      /** Names of variables whose values live in the keychain. */
      secretEnv: z.array(variableName).readonly().default([]),
      /** Variable name to the allowlisted header that fills it. */
      envFromHeaders: headerByVariableSchema.default(new Map()),
      cwd: noNul.min(1).optional(),
    }),
  ],
  { error: 'The type is one of http, sse, stdio.' },
);

export type BackendConfig = z.output<typeof backendSchema>;
export type HttpBackendConfig = Extract<BackendConfig, { type: 'http' }>;
export type SseBackendConfig = Extract<BackendConfig, { type: 'sse' }>;
export type StdioBackendConfig = Extract<BackendConfig, { type: 'stdio' }>;
/** The backends that are reached over HTTP and therefore take headers. */
export type RemoteBackendConfig = HttpBackendConfig | SseBackendConfig;
