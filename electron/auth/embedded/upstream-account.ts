import { z } from 'zod';

const accountSchema = z.object({
  accountId: z.string().min(1),
  issuer: z.string(),
  claims: z.record(z.string(), z.unknown()),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  /** In ms since 1970. */
  expiresAt: z.number().optional(),
});

/** A person as the upstream provider told, with the provider's tokens. Kept with the server's state, in the keychain. */
export type UpstreamAccount = z.output<typeof accountSchema>;

/** Reads a remembered account; `undefined` for anything else. */
export function parseAccount(payload: unknown): UpstreamAccount | undefined {
  return accountSchema.safeParse(payload).data;
}
