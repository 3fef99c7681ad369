import * as client from 'openid-client';
import type { GuardedFetch } from './guarded/guarded-fetch.ts';

/** The metadata of an issuer as openid-client has checked it. */
export type IssuerMetadata = Readonly<client.ServerMetadata>;

/**
 * Reads an issuer's metadata: OpenID Connect discovery, then RFC 8414. The document's own `issuer` must be the one that
 * was asked for. Throws what openid-client or the guarded fetch throws.
 */
export async function discoverIssuer(issuer: string, fetch: GuardedFetch): Promise<IssuerMetadata> {
  const url = new URL(issuer);
  const options = (algorithm: 'oidc' | 'oauth2'): client.DiscoveryRequestOptions => ({
    algorithm,
    [client.customFetch]: (target, init) => fetch(target, init as RequestInit),
    // http is refused by the guard for everything but the user's own network.
    ...(url.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {}),
  });
  try {
    return (await client.discovery(url, 'patchbay', undefined, undefined, options('oidc'))).serverMetadata();
  } catch (failure) {
    if (!isNotFound(failure)) throw failure;
    return (
      await client.discovery(url, 'patchbay', undefined, undefined, options('oauth2'))
    ).serverMetadata();
  }
}

function isNotFound(failure: unknown): boolean {
  const cause = failure instanceof Error ? failure.cause : undefined;
  return cause instanceof Response && cause.status >= 400 && cause.status < 500;
}
