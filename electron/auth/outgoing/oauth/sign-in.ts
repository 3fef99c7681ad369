import { randomBytes } from 'node:crypto';
import type { OutgoingAuthSettings } from '../../../../shared/config/outgoing-settings.ts';
import type { NoteSecret } from '../../../secrets/passing-secrets.ts';
import type { SecretStore } from '../../../secrets/secret-store.ts';
import type { GuardedFetch } from '../../guarded/guarded-fetch.ts';
import { askChallenge } from './ask-challenge.ts';
import { openCallbackListener } from './callback-listener.ts';
import type { ChallengeDetail } from './challenge-detail.ts';
import { discoverSignInServer, type SignInServer } from './discover-server.ts';
import { obtainClient } from './obtain-client.ts';
import { oauthErrorCode, SignInError } from './sign-in-error.ts';
import type { StoredSignIn } from './stored-sign-in.ts';
import { clientInformation, keepTokens } from './token-request.ts';

export type OAuthSettings = Extract<OutgoingAuthSettings, { strategy: 'oauth' }>;

export interface SignInDependencies {
  readonly store: SecretStore;
  readonly fetch: GuardedFetch;
  /** Opens the browser; called once per sign-in, with a checked address. */
  readonly openExternal: (url: string) => Promise<void>;
  readonly now: () => number;
  /** Hears of every token and client secret that comes in (SEC-05). */
  readonly note?: NoteSecret;
}

export interface SignInRequest {
  readonly backend: string;
  readonly serverUrl: string;
  readonly settings: OAuthSettings;
  /** The backend's last refusal, if there was one. */
  readonly challenge: ChallengeDetail;
  readonly earlier: StoredSignIn | undefined;
  /** Ends it at once, whatever it waits for; no browser is opened after that. */
  readonly signal: AbortSignal;
}

/**
 * One sign-in by authorization code with PKCE: finds the server, opens the browser once, waits for the answer on
 * loopback, checks `state` and `iss` and redeems the code. Nothing is stored here. Rejects with `SignInError` or what
 * a library throws; `signInProblem` puts either into words.
 */
export function signIn(request: SignInRequest, dependencies: SignInDependencies): Promise<StoredSignIn> {
  return abortable(go(request, dependencies), request.signal);
}

async function go(request: SignInRequest, dependencies: SignInDependencies): Promise<StoredSignIn> {
  const { fetch, now } = dependencies;
  const sdk = await import('@modelcontextprotocol/client');
  const { serverUrl, settings, earlier } = request;
  // A refusal in mid-session may name the scope alone.
  const knowsPlace = request.challenge.resourceMetadataUrl !== undefined;
  const asked = knowsPlace ? {} : await askChallenge(serverUrl, fetch, request.signal);
  const challenge = { ...asked, ...request.challenge };
  const server = await discoverSignInServer(
    { serverUrl, issuer: settings.issuer, resourceMetadataUrl: challenge.resourceMetadataUrl },
    fetch,
  );
  const { metadata, resource } = server;
  const scope = chooseScope({ ...request, challenge }, server);
  // 256 random bits, for this sign-in only (threats.md 1.5).
  const state = randomBytes(32).toString('base64url');
  using listener = await openCallbackListener(state, earlierPort(earlier));
  const { redirectUri } = listener;
  const choice = { backend: request.backend, clientId: settings.clientId, redirectUri, scope };
  const client = await obtainClient(choice, server, earlier, fetch, dependencies.store);
  const information = clientInformation(client);
  const { authorizationUrl, codeVerifier } = await sdk.startAuthorization(metadata.issuer, {
    metadata,
    clientInformation: information,
    redirectUrl: redirectUri,
    state,
    ...(scope === undefined ? {} : { scope }),
    ...(resource === undefined ? {} : { resource }),
  });
  if (request.signal.aborted) throw cancelled();
  await dependencies.openExternal(authorizationUrl.href);
  const authorizationCode = await redeemableCode(await abortable(listener.answer, request.signal), server);
  const tokens = await sdk.exchangeAuthorization(metadata.issuer, {
    metadata,
    clientInformation: information,
    authorizationCode: authorizationCode.code,
    ...(authorizationCode.iss === undefined ? {} : { iss: authorizationCode.iss }),
    codeVerifier,
    redirectUri,
    ...(resource === undefined ? {} : { resource }),
    fetchFn: fetch,
  });
  const { token_endpoint_auth_methods_supported } = metadata;
  // RFC 8414 has it; the SDK's type of OpenID documents does not.
  const revocation_endpoint: unknown = Reflect.get(metadata, 'revocation_endpoint');
  return {
    version: 1,
    issuer: metadata.issuer,
    token_endpoint: metadata.token_endpoint,
    ...(typeof revocation_endpoint === 'string' ? { revocation_endpoint } : {}),
    ...(token_endpoint_auth_methods_supported === undefined
      ? {}
      : { auth_methods: token_endpoint_auth_methods_supported }),
    ...(resource === undefined ? {} : { resource }),
    client,
    tokens: keepTokens(tokens, now(), scope),
  };
}

/**
 * The code of the answer, once `iss` is right (RFC 9207): only then is anything of the answer believed, its error
 * included, and of the error only a registered code is told (OAU-03).
 */
async function redeemableCode(
  parameters: URLSearchParams,
  { metadata }: SignInServer,
): Promise<{ readonly code: string; readonly iss: string | undefined }> {
  const sdk = await import('@modelcontextprotocol/client');
  const iss = parameters.get('iss') ?? undefined;
  sdk.validateAuthorizationResponseIssuer({
    iss,
    expectedIssuer: metadata.issuer,
    issParameterSupported: metadata.authorization_response_iss_parameter_supported === true,
  });
  const code = parameters.get('code');
  if (code !== null && code !== '') return { code, iss };
  const error = oauthErrorCode(Object.assign(new Error(), { code: parameters.get('error') }));
  throw new SignInError(
    'auth.sign-in-failed',
    error === 'access_denied' ? 'The sign-in was refused.' : `The sign-in failed (${error ?? 'no code'}).`,
  );
}

/** What the user set, else what the backend asked for, else what it lists; never less than was granted before. */
function chooseScope(request: SignInRequest, server: SignInServer): string | undefined {
  const { settings, challenge, earlier } = request;
  const wanted = settings.scopes ?? challenge.scope?.split(' ') ?? server.scopesSupported ?? [];
  const more = challenge.error === 'insufficient_scope' ? (challenge.scope?.split(' ') ?? []) : [];
  const granted = more.length > 0 ? (earlier?.tokens?.scope?.split(' ') ?? []) : [];
  const scopes = new Set([...granted, ...wanted, ...more].filter((scope) => scope !== ''));
  // Without it, servers that know it give no refresh token (MCP authorization, refresh tokens).
  const offline = server.metadata.scopes_supported?.includes('offline_access') === true;
  if (offline && scopes.size > 0) scopes.add('offline_access');
  return scopes.size === 0 ? undefined : [...scopes].join(' ');
}

/** The port of an earlier registration: with the same redirect address no new client has to be registered. */
function earlierPort(earlier: StoredSignIn | undefined): number | undefined {
  return earlier === undefined ? undefined : Number(new URL(earlier.client.redirect_uri).port);
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(cancelled());
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function cancelled(): SignInError {
  return new SignInError('auth.sign-in-failed', 'The sign-in was cancelled.');
}
