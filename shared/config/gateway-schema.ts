import { z } from 'zod';
import { authorityUrlSchema } from './fields.ts';
import { refuse } from './read.ts';

const text = z.string().min(1);

/** One local token: only its digest is stored (contract section 5). */
export const clientTokenSchema = z.strictObject({
  client: text.max(100),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'A SHA-256 digest has 64 hexadecimal digits.')
    .transform((digest) => digest.toLowerCase()),
  /** When it was made, ISO 8601. */
  createdAt: z.string().optional(),
});

const profileSchema = z.strictObject({
  sub: text.optional(),
  email: text.optional(),
  name: text.optional(),
});

/** Who may call. Each kind has its own fields. */
const authSettingsSchema = z.discriminatedUnion(
  'mode',
  [
    z.strictObject({ mode: z.literal('anonymous') }),
    z.strictObject({
      mode: z.literal('local'),
      tokens: z.array(clientTokenSchema).readonly().default([]),
    }),
    z.strictObject({
      mode: z.literal('oidc'),
      issuer: authorityUrlSchema,
      audience: text,
      jwksUri: authorityUrlSchema.optional(),
      requiredScopes: z.array(text).readonly().default([]),
      introspection: z.strictObject({ url: authorityUrlSchema, clientId: text }).optional(),
    }),
    z.strictObject({
      mode: z.literal('embedded'),
      profile: profileSchema.default({}),
      upstream: z
        .strictObject({
          issuer: authorityUrlSchema,
          clientId: text,
          scopes: z.array(text).readonly().default(['openid', 'email', 'profile']),
        })
        .optional(),
    }),
  ],
  { error: 'The mode is one of local, anonymous, oidc, embedded.' },
);

/** One origin a person added by hand: compared exactly, hence no path and no trailing slash. */
export const originSchema = z
  .string()
  .regex(/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#*@]+$/, 'An origin is scheme://host or scheme://host:port, exactly.');

const hostSchema = z.unknown().transform((raw, context): '127.0.0.1' | '::1' => {
  if (raw === '127.0.0.1' || raw === '::1') return raw;
  const message = 'The gateway listens on 127.0.0.1 or ::1 only.';
  refuse(context, 'config.host', message, 'Remove the field, or write one of the two.');
  return z.NEVER;
});

/** Each field stands for itself, so that one wrong field falls back to its default alone (B12). */
export const gatewayFields = {
  /** 0 means any free port. */
  port: z.number().int().min(0).max(65535),
  /** Nothing but loopback, by address: a name could resolve to anything (CFG-20). */
  host: hostSchema,
  auth: authSettingsSchema,
  allowedOrigins: z.array(originSchema).readonly(),
  sessionIdleHours: z
    .number()
    .positive()
    .max(24 * 30),
  maxSessions: z.number().int().min(1).max(100_000),
  /** Puts the backend's name before the message of an elicitation, so that a person sees who asks (hazard 32). */
  sayWhoAsks: z.boolean(),
};

/** How the items of all backends are merged into one catalog. */
export const catalogFields = {
  conflicts: z.enum(['prefix', 'priority', 'manual']),
  order: z.array(z.string()).readonly(),
  prefixFormat: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9_.{}/-]*$/, 'A prefix consists of letters, digits, _ - . / and {backend}.'),
};

export type ClientToken = z.output<typeof clientTokenSchema>;
export type AuthSettings = z.output<typeof authSettingsSchema>;
export type OidcAuthSettings = Extract<AuthSettings, { mode: 'oidc' }>;
export type EmbeddedAuthSettings = Extract<AuthSettings, { mode: 'embedded' }>;
