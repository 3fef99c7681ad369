import * as client from 'openid-client';
import { INTROSPECTION_SECRET } from '../../../secrets/gateway-secrets.ts';
import type { SecretStore } from '../../../secrets/secret-store.ts';
import type { GuardedFetch } from '../../guarded/guarded-fetch.ts';
import { CLOCK_SKEW_SECONDS, type Expected, type Verified } from './verify-token.ts';

export interface IntrospectionSettings {
  readonly url: string;
  readonly clientId: string;
}

/** `unavailable`: nobody could be asked, which says nothing about the token. */
export type Introspected =
  | Verified
  | { readonly ok: false; readonly fault: 'unavailable'; readonly reason: string };

/**
 * Asks the issuer about a token that is no JWT (RFC 7662). Only an answer that says active and names us as audience
 * and the expected issuer (where it names one) lets the caller in: a token for another service is none for us.
 */
export async function introspectToken(
  token: string,
  settings: IntrospectionSettings,
  expected: Expected,
  dependencies: { readonly fetch: GuardedFetch; readonly store: SecretStore; readonly now: () => number },
): Promise<Introspected> {
  const secret = await dependencies.store.read(INTROSPECTION_SECRET);
  if (secret.state !== 'found') {
    return { ok: false, fault: 'unavailable', reason: `the introspection secret is ${secret.state}` };
  }
  const server = { issuer: expected.issuer, introspection_endpoint: settings.url };
  const authentication = client.ClientSecretBasic(secret.secret.reveal());
  const configuration = new client.Configuration(server, settings.clientId, undefined, authentication);
  configuration[client.customFetch] = (url, init) => dependencies.fetch(url, init as RequestInit);
  if (settings.url.startsWith('http:')) client.allowInsecureRequests(configuration);
  let claims: client.IntrospectionResponse;
  try {
    claims = await client.tokenIntrospection(configuration, token, { token_type_hint: 'access_token' });
  } catch {
    return { ok: false, fault: 'unavailable', reason: 'the introspection endpoint gave no usable answer' };
  }
  return judge(claims, expected, Math.floor(dependencies.now() / 1000));
}

function judge(claims: client.IntrospectionResponse, expected: Expected, now: number): Verified {
  const refuse = (reason: string): Verified => ({ ok: false, fault: 'invalid', reason });
  if (claims.active !== true) return refuse('the issuer says that the token is not active');
  if (claims.iss !== undefined && claims.iss !== expected.issuer) return refuse('the claim iss is wrong');
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audiences.includes(expected.audience)) return refuse('the claim aud is missing or wrong');
  if (claims.exp !== undefined && claims.exp < now - CLOCK_SKEW_SECONDS)
    return refuse('the token has expired');
  if (claims.nbf !== undefined && claims.nbf > now + CLOCK_SKEW_SECONDS)
    return refuse('the token is not valid yet');
  return { ok: true, claims };
}
