import { z } from 'zod';
import { backendName, fingerprint, text, time } from './vocabulary.ts';

/** In place of a backend's name: the gateway's own secrets. `@` is in no backend's name. */
export const GATEWAY_SECRETS = '@gateway';

/** Which secret of a backend: the value of a header, of a variable, or a field of its sign-in. */
export const secretTarget = z.strictObject({
  kind: z.enum(['header', 'env', 'auth']),
  name: text('name', 256, 1),
});

/** What may be known of a secret: that it is set and how it can be told from another. `unknown`: it cannot be read now. */
export const secretStatus = z.object({
  backend: backendName,
  kind: secretTarget.shape.kind,
  name: secretTarget.shape.name,
  status: z.enum(['set', 'missing', 'unknown']),
  fingerprint: fingerprint.optional(),
  setAt: time.optional(),
  from: z.enum(['keychain', 'environment']),
});

/** Whether secrets can be kept. The wording follows the port in electron/secrets. */
export const keychainState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready'), kind: z.enum(['keychain', 'environment']) }),
  z.object({ state: z.literal('locked'), reason: text('sentence', 2_000) }),
  z.object({ state: z.literal('absent'), reason: text('sentence', 2_000) }),
]);
