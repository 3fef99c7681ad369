import { z } from 'zod';
import { authorityUrlSchema, headerNameSchema } from './fields.ts';

const text = z.string().min(1);
const scopes = z.array(text).readonly().optional();

/** How one backend is called. Secrets are never here: they live in the keychain under the backend's name. */
export const outgoingAuthSchema = z.discriminatedUnion(
  'strategy',
  [
    z.strictObject({ strategy: z.literal('none') }),
    z.strictObject({ strategy: z.literal('bearer') }),
    z.strictObject({ strategy: z.literal('header'), header: headerNameSchema }),
    // RFC 7617 section 2: a user name cannot hold a colon.
    z.strictObject({ strategy: z.literal('basic'), username: z.string().regex(/^[^:\p{Cc}]*$/u) }),
    z.strictObject({
      strategy: z.literal('oauth'),
      /** A client registered by hand, or the https address of a client metadata document. */
      clientId: text.optional(),
      scopes,
      /** Pins the authorization server instead of discovering it. */
      issuer: authorityUrlSchema.optional(),
    }),
    z
      .strictObject({
        strategy: z.literal('client_credentials'),
        tokenUrl: authorityUrlSchema.optional(),
        issuer: authorityUrlSchema.optional(),
        clientId: text,
        scopes,
        audience: text.optional(),
      })
      .refine((auth) => auth.tokenUrl !== undefined || auth.issuer !== undefined, {
        error: 'Either tokenUrl or issuer is needed.',
        path: ['tokenUrl'],
      }),
    z.strictObject({
      strategy: z.literal('token_exchange'),
      tokenUrl: authorityUrlSchema,
      audience: text.optional(),
      resource: text.optional(),
      scopes,
      clientId: text.optional(),
    }),
    z.strictObject({ strategy: z.literal('upstream') }),
  ],
  {
    error:
      'The strategy is one of none, bearer, header, basic, oauth, client_credentials, token_exchange, upstream.',
  },
);

export type OutgoingAuthSettings = z.output<typeof outgoingAuthSchema>;
export type OutgoingStrategy = OutgoingAuthSettings['strategy'];
