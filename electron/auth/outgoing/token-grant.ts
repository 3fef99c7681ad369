import * as client from 'openid-client';
import type { HeaderName } from '../../../shared/headers/name.ts';
import type { NoteSecret } from '../../secrets/passing-secrets.ts';
import type { SecretRef, SecretStore } from '../../secrets/secret-store.ts';
import { discoverIssuer } from '../discover.ts';
import type { GuardedFetch } from '../guarded/guarded-fetch.ts';
import { asSignInError, oauthErrorCode } from './oauth/sign-in-error.ts';
import type { AuthHeaders } from './outgoing-auth.ts';
import { secretFailure } from './secret-failure.ts';
import type { FreshToken } from './token-cache.ts';

export interface GrantServer {
  readonly tokenUrl?: string | undefined;
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
}

export interface GrantDependencies {
  readonly store: SecretStore;
  readonly fetch: GuardedFetch;
  readonly now: () => number;
  /** Hears of every token that comes in (SEC-05). */
  readonly note?: NoteSecret | undefined;
}

const AUTHORIZATION = 'Authorization' as HeaderName;
// RFC 6750 section 2.1.
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Where the client's secret for a backend's token server is kept. */
export function clientSecretRef(backend: string): SecretRef {
  return { backend, kind: 'auth', name: 'client-secret' };
}

/**
 * One token request of a server-to-server grant. `needsSecret`: a client that must show a secret and has none is
 * "secret missing", not a request without it. The other side's error text is never repeated.
 */
export async function requestGrant(
  backend: string,
  server: GrantServer,
  grant: {
    readonly type: string;
    readonly parameters: Readonly<Record<string, string>>;
    readonly needsSecret: boolean;
  },
  dependencies: GrantDependencies,
): Promise<FreshToken> {
  const ref = clientSecretRef(backend);
  const read = await dependencies.store.read(ref);
  if (read.state !== 'found' && (grant.needsSecret || read.state !== 'missing')) {
    return { headers: secretFailure(ref, read) };
  }
  const secret = read.state === 'found' ? read.secret.reveal() : undefined;
  try {
    const configuration = await configure(server, secret, dependencies.fetch);
    const answer = await client.genericGrantRequest(configuration, grant.type, { ...grant.parameters });
    dependencies.note?.(answer.access_token);
    return tokenOf(backend, answer, dependencies.now());
  } catch (failure) {
    const code = oauthErrorCode(Object.assign(new Error(), { code: errorOf(failure) }));
    const reason = code === undefined ? asSignInError(failure).message : `the server answered "${code}".`;
    return { headers: failed(backend, reason) };
  }
}

async function configure(
  server: GrantServer,
  secret: string | undefined,
  fetch: GuardedFetch,
): Promise<client.Configuration> {
  const metadata =
    server.tokenUrl === undefined
      ? await discoverIssuer(server.issuer ?? '', fetch)
      : { issuer: server.issuer ?? new URL(server.tokenUrl).origin, token_endpoint: server.tokenUrl };
  const methods = metadata.token_endpoint_auth_methods_supported;
  // RFC 8414 section 2: without the list, client_secret_basic.
  const post = methods !== undefined && !methods.includes('client_secret_basic');
  const authentication =
    secret === undefined
      ? client.None()
      : post
        ? client.ClientSecretPost(secret)
        : client.ClientSecretBasic(secret);
  const configuration = new client.Configuration(
    metadata,
    server.clientId ?? 'patchbay',
    undefined,
    authentication,
  );
  configuration[client.customFetch] = (url, init) => fetch(url, init as RequestInit);
  // The guard refuses http to anywhere but the user's own network.
  if (metadata.token_endpoint?.startsWith('http:')) client.allowInsecureRequests(configuration);
  return configuration;
}

function tokenOf(backend: string, answer: client.TokenEndpointResponse, now: number): FreshToken {
  const isBearer = answer.token_type.toLowerCase() === 'bearer' && BEARER_TOKEN.test(answer.access_token);
  if (!isBearer) return { headers: failed(backend, 'the server gave a token of a kind that is not known.') };
  const headers: AuthHeaders = { ok: true, headers: [[AUTHORIZATION, `Bearer ${answer.access_token}`]] };
  return answer.expires_in === undefined
    ? { headers }
    : { headers, expiresAt: now + answer.expires_in * 1000 };
}

function errorOf(failure: unknown): unknown {
  // RFC 6749 section 5.2: a token endpoint answers 401 for this one error only.
  if (failure instanceof client.WWWAuthenticateChallengeError) return 'invalid_client';
  return failure instanceof client.ResponseBodyError ? failure.error : undefined;
}

function failed(backend: string, reason: string): AuthHeaders {
  return { ok: false, state: 'failed', message: `No token for backend "${backend}": ${reason}` };
}
