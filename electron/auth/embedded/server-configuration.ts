import { errors } from 'oidc-provider';
import type { GuardedFetch } from '../guarded/guarded-fetch.ts';
import { CONSENT_PATH } from './consent.ts';
import { sendPage, text } from './consent-page.ts';
import type { ServerMemory } from './server-memory.ts';
import type { ServerKeys } from './server-secrets.ts';
import { UPSTREAM_PATH } from './upstream.ts';

/** The paths that the edge hands over while the embedded server is on; none else is ours. */
const SERVER_PATHS: readonly string[] = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/oauth/authorize',
  '/oauth/token',
  '/oauth/register',
  '/oauth/revoke',
  '/oauth/jwks',
  UPSTREAM_PATH,
];

/** Tells whether a path belongs to the authorization server. */
export function isServerPath(path: string): boolean {
  return (
    SERVER_PATHS.includes(path) || path.startsWith(CONSENT_PATH) || /^\/oauth\/authorize\/[\w-]+$/.test(path)
  );
}

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

export interface ConfigurationInput {
  readonly keys: ServerKeys;
  readonly memory: ServerMemory;
  /** The addresses of our endpoint, by which clients may name it as the resource. */
  readonly isOurResource: (resource: string) => boolean;
  readonly defaultResource: string;
  readonly claimsOf: (accountId: string) => Promise<Record<string, unknown> | undefined>;
  /** For client metadata documents: reaches public addresses only. */
  readonly fetch: GuardedFetch;
}

/**
 * How oidc-provider is set up: code with PKCE S256 for everybody, refresh tokens that rotate, opaque access tokens that
 * can be withdrawn, open registration of public native clients, client metadata documents, and nothing else.
 */
export function serverConfiguration(input: ConfigurationInput): object {
  const resourceServer = {
    scope: 'mcp offline_access openid email profile',
    accessTokenFormat: 'opaque',
    accessTokenTTL: HOUR_SECONDS,
  };
  return {
    adapter: (kind: string) => input.memory.adapter(kind),
    jwks: { keys: [input.keys.jwk] },
    cookies: {
      keys: [input.keys.cookies],
      long: { httpOnly: true, sameSite: 'lax', path: '/oauth' },
      short: { httpOnly: true, sameSite: 'lax', path: '/oauth' },
    },
    clientDefaults: {
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    responseTypes: ['code'],
    scopes: ['openid', 'offline_access', 'email', 'profile', 'mcp'],
    claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
    pkce: { required: () => true },
    rotateRefreshToken: () => true,
    issueRefreshToken: async () => true,
    // The browser's session ends soon; the program's sign-in does not end with it.
    expiresWithSession: async () => false,
    clientBasedCORS: () => false,
    conformIdTokenClaims: false,
    ttl: {
      AccessToken: HOUR_SECONDS,
      AuthorizationCode: 60,
      Grant: 90 * DAY_SECONDS,
      IdToken: HOUR_SECONDS,
      Interaction: 600,
      RefreshToken: 30 * DAY_SECONDS,
      // Each program asks anew: a browser session that agrees by itself would be a confused deputy (threats.md 1.5).
      Session: 600,
    },
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      registration: '/oauth/register',
      revocation: '/oauth/revoke',
      jwks: '/oauth/jwks',
    },
    interactions: {
      url: (_context: unknown, interaction: { readonly uid: string }) => `${CONSENT_PATH}${interaction.uid}`,
    },
    findAccount: async (_context: unknown, accountId: string) => {
      const claims = await input.claimsOf(accountId);
      return claims === undefined ? undefined : { accountId, claims: () => claims };
    },
    // Every sign-in asks; a grant from before is not taken for an answer.
    loadExistingGrant: async (context: LoadGrantContext) => {
      const { result, client, session } = context.oidc;
      const grantId = result?.consent?.grantId;
      return grantId === undefined || client === undefined || session === undefined
        ? undefined
        : context.oidc.provider.Grant.find(grantId);
    },
    renderError: async (context: RenderContext, out: Readonly<Record<string, unknown>>) => {
      context.respond = false;
      sendPage(
        context.res,
        context.status,
        `<p>The sign-in cannot go on: ${text(String(out.error ?? 'error'))}.</p>`,
      );
    },
    fetch: (url: string, init: RequestInit) => input.fetch(url, init),
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      dPoP: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      clientIdMetadataDocument: { enabled: true, ack: 'draft-02' },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => input.defaultResource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string) => {
          if (!input.isOurResource(resource)) throw new errors.InvalidTarget();
          return { ...resourceServer, audience: resource };
        },
      },
    },
  };
}

interface LoadGrantContext {
  readonly oidc: {
    readonly result?: { readonly consent?: { readonly grantId?: string } };
    readonly client?: object;
    readonly session?: object;
    readonly provider: { readonly Grant: { find(id: string): Promise<object | undefined> } };
  };
}

interface RenderContext {
  respond: boolean;
  readonly res: import('node:http').ServerResponse;
  readonly status: number;
}
