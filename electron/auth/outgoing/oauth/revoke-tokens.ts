import type { GuardedFetch } from '../../guarded/guarded-fetch.ts';
import type { StoredSignIn } from './stored-sign-in.ts';

/**
 * Withdraws a sign-in at its server (RFC 7009), the refresh token with all that hangs on it. True when the server took
 * it. A server that cannot be reached does not keep the user from signing out here.
 */
export async function revokeTokens(signIn: StoredSignIn, fetch: GuardedFetch): Promise<boolean> {
  const { revocation_endpoint, tokens, client } = signIn;
  const token = tokens?.refresh_token ?? tokens?.access_token;
  if (revocation_endpoint === undefined || token === undefined) return false;
  const hint = tokens?.refresh_token === undefined ? 'access_token' : 'refresh_token';
  const body = new URLSearchParams({ token, token_type_hint: hint, client_id: client.client_id });
  const headers: Record<string, string> = {};
  if (client.client_secret !== undefined) {
    if (client.token_endpoint_auth_method === 'client_secret_post')
      body.set('client_secret', client.client_secret);
    else headers.Authorization = `Basic ${basic(client.client_id, client.client_secret)}`;
  }
  try {
    return (await fetch(revocation_endpoint, { method: 'POST', body, headers })).ok;
  } catch {
    return false;
  }
}

/** RFC 6749 section 2.3.1: both halves form-encoded before base64. */
function basic(id: string, secret: string): string {
  return Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64');
}
