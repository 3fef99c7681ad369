import type { Config } from '../../shared/config/config.ts';
import { type CallerTokens, createCallerTokens } from '../auth/caller-tokens.ts';
import { createIncomingAuth, type OwnedIncomingAuth } from '../auth/incoming/create-incoming-auth.ts';
import type { IncomingAuth } from '../auth/incoming/incoming-auth.ts';
import { localTokenId } from '../auth/incoming/local-tokens.ts';
import { protectedResource, protectedResourcePaths } from '../auth/incoming/oidc/protected-resource.ts';
import { ENDPOINT_PATH } from '../gateway/edge/listener.ts';
import type { Gateway, GatewayOptions } from '../gateway/gateway.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

/** The verification in force, replaced as a whole when its settings change. */
export interface Incoming extends AsyncDisposable {
  readonly callerTokens: CallerTokens;
  current(): IncomingAuth;
  refresh(before: Config, after: Config): Promise<void>;
  readonly sideRoutes: GatewayOptions['sideRoutes'];
}

export function createIncoming(config: () => Config, store: SecretStore): Incoming {
  const callerTokens = createCallerTokens();
  let auth = make();

  function make(): OwnedIncomingAuth {
    const settings = config().gateway.auth;
    if (settings.mode === 'embedded') return refusing();
    return createIncomingAuth(settings, {
      tokens: () => {
        const now = config().gateway.auth;
        return now.mode === 'local' ? now.tokens : NO_TOKENS;
      },
      store,
      callerTokens,
      mcpPath: ENDPOINT_PATH,
    });
  }

  return {
    callerTokens,
    current: () => auth,
    async refresh(before, after) {
      if (authWithoutTokens(before) === authWithoutTokens(after)) return;
      const earlier = auth;
      auth = make();
      await earlier[Symbol.asyncDispose]();
    },
    sideRoutes(path, request, response) {
      const settings = config().gateway.auth;
      if (settings.mode !== 'oidc' || !protectedResourcePaths(ENDPOINT_PATH).includes(path)) return false;
      const origin = `http://${request.headers.host ?? ''}`;
      const body = JSON.stringify(
        protectedResource(origin, ENDPOINT_PATH, settings.issuer, settings.requiredScopes ?? []),
      );
      response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
      response.end(body);
      return true;
    },
    [Symbol.asyncDispose]: async () => await auth[Symbol.asyncDispose](),
  };
}

const NO_TOKENS: readonly { client: string; sha256: string }[] = [];

/** The embedded authorization server is not part of this build: nobody gets in, rather than anybody. */
function refusing(): OwnedIncomingAuth {
  return {
    kind: 'embedded',
    authenticate: () => ({
      ok: false,
      status: 503,
      reason: 'the embedded authorization server is not available in this version',
      challenge: 'Bearer realm="patchbay"',
    }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function authWithoutTokens(config: Config): string {
  const { auth } = config.gateway;
  return JSON.stringify(auth.mode === 'local' ? { mode: auth.mode } : auth);
}

/** Ends the sessions whose token was revoked, or whose kind of sign-in is no longer asked for (AIN-07). */
export async function endRevoked(gateway: Gateway, config: Config): Promise<void> {
  const { auth } = config.gateway;
  const tokens =
    auth.mode === 'local' ? new Set(auth.tokens.map(({ sha256 }) => localTokenId(sha256))) : undefined;
  const ending: Promise<void>[] = [];
  for (const session of gateway.sessions.all()) {
    const { principal } = session;
    const isValid =
      principal.kind === 'local'
        ? tokens?.has(principal.tokenId) === true
        : principal.kind === 'anonymous'
          ? auth.mode === 'anonymous'
          : auth.mode === 'oidc' || auth.mode === 'embedded';
    if (!isValid) ending.push(gateway.end(session, 'The token of this session is no longer valid.'));
  }
  await Promise.all(ending);
}
