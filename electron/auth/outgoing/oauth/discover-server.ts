import type {
  AuthorizationServerMetadata,
  OAuthProtectedResourceMetadata,
} from '@modelcontextprotocol/client';
import type { GuardedFetch } from '../../guarded/guarded-fetch.ts';
import { checkedAuthorizationEndpoint, unsafeAddress } from './open-address.ts';
import { SignInError } from './sign-in-error.ts';

/** Who a backend's users sign in with, checked. */
export interface SignInServer {
  readonly metadata: AuthorizationServerMetadata;
  /** The resource indicator as the backend's own metadata spells it. */
  readonly resource?: string;
  readonly scopesSupported?: readonly string[];
}

export interface DiscoverySettings {
  readonly serverUrl: string;
  /** Pinned by the user; then the backend's metadata does not choose. */
  readonly issuer?: string | undefined;
  /** From the backend's challenge. */
  readonly resourceMetadataUrl?: string | undefined;
}

/**
 * Finds the authorization server of a backend (MCP authorization: RFC 9728, then RFC 8414 or OpenID discovery) and
 * refuses one that cannot be used safely: no metadata, no S256 (OAU-05), an unsafe address (OAU-01), metadata for
 * another resource or of another issuer.
 */
export async function discoverSignInServer(
  settings: DiscoverySettings,
  fetch: GuardedFetch,
): Promise<SignInServer> {
  const sdk = await import('@modelcontextprotocol/client');
  const resourceMetadata = await findResource(settings, fetch);
  const found =
    settings.issuer ?? resourceMetadata?.authorization_servers?.[0] ?? new URL('/', settings.serverUrl).href;
  const metadata = await sdk
    .discoverAuthorizationServerMetadata(found, { fetchFn: fetch })
    .catch((failure: unknown) => {
      throw isAboutTheAddress(failure) ? unsafeAddress() : failure;
    });
  if (metadata === undefined) {
    throw new SignInError('auth.sign-in-failed', 'The backend does not say where to sign in.');
  }
  if (metadata.code_challenge_methods_supported?.includes('S256') !== true) {
    throw new SignInError('auth.no-pkce', 'The authorization server does not offer PKCE with S256.');
  }
  checkedAuthorizationEndpoint(metadata.authorization_endpoint);
  return {
    metadata,
    ...(resourceMetadata === undefined ? {} : { resource: resourceMetadata.resource }),
    ...(resourceMetadata?.scopes_supported === undefined
      ? {}
      : { scopesSupported: resourceMetadata.scopes_supported }),
  };
}

/** The SDK refuses some schemes of its own, as metadata that does not fit; its issues name the field. */
function isAboutTheAddress(failure: unknown): boolean {
  const issues = failure instanceof Error && 'issues' in failure ? failure.issues : undefined;
  return (
    Array.isArray(issues) &&
    issues.some(
      (issue: { readonly path?: readonly unknown[] }) => issue.path?.[0] === 'authorization_endpoint',
    )
  );
}

async function findResource(
  settings: DiscoverySettings,
  fetch: GuardedFetch,
): Promise<OAuthProtectedResourceMetadata | undefined> {
  const sdk = await import('@modelcontextprotocol/client');
  const { resourceMetadataUrl } = settings;
  let metadata: OAuthProtectedResourceMetadata;
  try {
    metadata = await sdk.discoverOAuthProtectedResourceMetadata(
      settings.serverUrl,
      resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl },
      fetch,
    );
  } catch (failure) {
    // Nobody answered, or the guard refused: not the same as a backend without such metadata.
    if (failure instanceof TypeError) throw failure;
    return undefined;
  }
  const requestedResource = sdk.resourceUrlFromServerUrl(settings.serverUrl);
  if (!sdk.checkResourceAllowed({ requestedResource, configuredResource: metadata.resource })) {
    throw new SignInError('auth.sign-in-failed', "The backend's sign-in metadata is about another resource.");
  }
  return metadata;
}
