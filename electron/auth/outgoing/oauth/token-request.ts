import type { AuthorizationServerMetadata, OAuthTokens } from '@modelcontextprotocol/client';
import { SignInError } from './sign-in-error.ts';
import type { StoredClient, StoredSignIn, StoredTokens } from './stored-sign-in.ts';

// RFC 6750 section 2.1. What is no b64token would not be one header value either.
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** The tokens of an answer as they are kept. Throws `SignInError` for tokens that are not bearer tokens. */
export function keepTokens(
  tokens: OAuthTokens,
  now: number,
  requestedScope: string | undefined,
): StoredTokens {
  if (tokens.token_type.toLowerCase() !== 'bearer' || !BEARER_TOKEN.test(tokens.access_token)) {
    throw new SignInError(
      'auth.token-request',
      'The authorization server gave a token of a kind that is not known.',
    );
  }
  // RFC 6749 section 5.1: no scope in the answer means the one that was asked for.
  const scope = tokens.scope ?? requestedScope;
  return {
    access_token: tokens.access_token,
    ...(tokens.refresh_token === undefined ? {} : { refresh_token: tokens.refresh_token }),
    ...(scope === undefined ? {} : { scope }),
    ...(tokens.expires_in === undefined ? {} : { expires_at: now + tokens.expires_in * 1000 }),
  };
}

/** The client in the form in which the SDK's token requests take it. */
export function clientInformation(client: StoredClient): {
  client_id: string;
  client_secret?: string;
  redirect_uris: string[];
  token_endpoint_auth_method?: string;
} {
  const { redirect_uri, client_secret, token_endpoint_auth_method, client_id } = client;
  return {
    client_id,
    redirect_uris: [redirect_uri],
    ...(client_secret === undefined ? {} : { client_secret }),
    ...(token_endpoint_auth_method === undefined ? {} : { token_endpoint_auth_method }),
  };
}

/** As much of the server's metadata as a refresh needs, from what is stored; the rest is not asked again. */
export function storedMetadata(signIn: StoredSignIn): AuthorizationServerMetadata {
  return {
    issuer: signIn.issuer,
    authorization_endpoint: signIn.issuer,
    token_endpoint: signIn.token_endpoint,
    response_types_supported: ['code'],
    ...(signIn.auth_methods === undefined
      ? {}
      : { token_endpoint_auth_methods_supported: signIn.auth_methods }),
  };
}
