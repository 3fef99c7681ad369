import { z } from 'zod';
import { Secret } from '../../../secrets/secret.ts';
import type { SecretRead, SecretRef, SecretStore, SecretWrite } from '../../../secrets/secret-store.ts';

const clientSchema = z.object({
  client_id: z.string().min(1),
  client_secret: z.string().optional(),
  redirect_uri: z.string(),
  /** How the server wants this client to show who it is; from its registration. */
  token_endpoint_auth_method: z.string().optional(),
  /** What it was registered for; servers refuse to give such a client more. */
  scope: z.string().optional(),
});

const tokensSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().optional(),
  scope: z.string().optional(),
  /** In ms since 1970; absent when the server does not say. */
  expires_at: z.number().optional(),
});

const signInSchema = z.object({
  version: z.literal(1),
  /** Everything below belongs to this issuer and goes to no other one (OAU-11). */
  issuer: z.string(),
  token_endpoint: z.string(),
  revocation_endpoint: z.string().optional(),
  auth_methods: z.array(z.string()).optional(),
  /** The resource indicator that the tokens are for (RFC 8707). */
  resource: z.string().optional(),
  client: clientSchema,
  tokens: tokensSchema.optional(),
});

/** A backend's sign-in as it lies in the keychain: one entry, so that it is written and removed as one. */
export type StoredSignIn = z.output<typeof signInSchema>;
export type StoredTokens = z.output<typeof tokensSchema>;
export type StoredClient = z.output<typeof clientSchema>;

/** Where the sign-in of a backend lies. */
export function signInRef(backend: string): SecretRef {
  return { backend, kind: 'auth', name: 'oauth' };
}

/** Reads what a read of the entry found; an entry that this product did not write counts as none. */
export function parseSignIn(read: Extract<SecretRead, { state: 'found' }>): StoredSignIn | undefined {
  try {
    return signInSchema.safeParse(JSON.parse(read.secret.reveal())).data;
  } catch {
    return undefined;
  }
}

/** Writes the sign-in of a backend. */
export function writeSignIn(store: SecretStore, backend: string, signIn: StoredSignIn): Promise<SecretWrite> {
  return store.write(signInRef(backend), new Secret(JSON.stringify(signIn)));
}
