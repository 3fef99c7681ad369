import type { SecretStore } from '../../../secrets/secret-store.ts';
import type { GuardedFetch } from '../../guarded/guarded-fetch.ts';
import type { SignInServer } from './discover-server.ts';
import { asSignInError, SignInError } from './sign-in-error.ts';
import type { StoredClient, StoredSignIn } from './stored-sign-in.ts';

export interface ClientChoice {
  readonly backend: string;
  /**
   * Registered by hand; its secret, if it has one, is the secret `client-secret` of the backend. An https address is a
   * client metadata document of the user's own: Patchbay has no site of its own to publish one under.
   */
  readonly clientId?: string | undefined;
  readonly redirectUri: string;
  readonly scope: string | undefined;
}

/**
 * The client that we are at this server, in the order of MCP authorization: the user's own registration, the user's
 * client metadata document where the server takes those, the registration of an earlier sign-in (same issuer and same
 * redirect URI only, OAU-11, and registered for what is wanted), else a new registration.
 */
export async function obtainClient(
  choice: ClientChoice,
  server: SignInServer,
  earlier: StoredSignIn | undefined,
  fetch: GuardedFetch,
  store: SecretStore,
): Promise<StoredClient> {
  const { clientId, redirectUri } = choice;
  if (clientId !== undefined && !isMetadataDocument(clientId)) return preRegistered(choice, clientId, store);
  if (clientId !== undefined && server.metadata.client_id_metadata_document_supported === true) {
    return { client_id: clientId, redirect_uri: redirectUri, token_endpoint_auth_method: 'none' };
  }
  if (earlier !== undefined && serves(earlier, choice, server)) return earlier.client;
  return register(choice, server, fetch);
}

/** Such a client id is an https address with a path (draft-ietf-oauth-client-id-metadata-document section 3). */
function isMetadataDocument(clientId: string): boolean {
  return clientId.startsWith('https://') && URL.canParse(clientId) && new URL(clientId).pathname !== '/';
}

function serves(earlier: StoredSignIn, choice: ClientChoice, server: SignInServer): boolean {
  const { client, issuer } = earlier;
  if (issuer !== server.metadata.issuer || client.redirect_uri !== choice.redirectUri) return false;
  if (isMetadataDocument(client.client_id)) return false;
  const registered = client.scope?.split(' ');
  return (
    registered === undefined || (choice.scope?.split(' ') ?? []).every((scope) => registered.includes(scope))
  );
}

async function preRegistered(
  choice: ClientChoice,
  clientId: string,
  store: SecretStore,
): Promise<StoredClient> {
  const read = await store.read({ backend: choice.backend, kind: 'auth', name: 'client-secret' });
  if (read.state === 'locked') throw new SignInError('auth.sign-in-failed', read.reason);
  return {
    client_id: clientId,
    redirect_uri: choice.redirectUri,
    ...(read.state === 'found' ? { client_secret: read.secret.reveal() } : {}),
  };
}

async function register(
  choice: ClientChoice,
  server: SignInServer,
  fetch: GuardedFetch,
): Promise<StoredClient> {
  const sdk = await import('@modelcontextprotocol/client');
  if (server.metadata.registration_endpoint === undefined) {
    throw new SignInError(
      'auth.registration',
      'The authorization server does not register clients by itself.',
    );
  }
  const clientMetadata = {
    client_name: 'Patchbay',
    redirect_uris: [choice.redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'native',
    token_endpoint_auth_method: 'none',
  };
  const scope = choice.scope === undefined ? {} : { scope: choice.scope };
  const information = await sdk
    .registerClient(server.metadata.issuer, {
      metadata: server.metadata,
      clientMetadata,
      ...scope,
      fetchFn: fetch,
    })
    .catch((failure: unknown) => {
      const known = asSignInError(failure);
      if (known.code === 'auth.issuer-unreachable' || known.code === 'auth.guarded-address') throw known;
      throw new SignInError('auth.registration', 'The authorization server refused to register a client.');
    });
  // OAU-10: a code sent anywhere else than to our listener is somebody else's.
  if (information.redirect_uris.length !== 1 || information.redirect_uris[0] !== choice.redirectUri) {
    throw new SignInError('auth.registration', 'The registration came back with another redirect address.');
  }
  const { client_id, client_secret, token_endpoint_auth_method } = information;
  return {
    client_id,
    redirect_uri: choice.redirectUri,
    ...scope,
    ...(client_secret === undefined ? {} : { client_secret }),
    ...(token_endpoint_auth_method === undefined ? {} : { token_endpoint_auth_method }),
  };
}
