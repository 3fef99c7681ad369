import type { Config } from '../../shared/config/config.ts';
import type { EmbeddedAuthSettings } from '../../shared/config/gateway-schema.ts';
import type { Principal } from '../../shared/identity/principal.ts';
import { type CallerTokens, createCallerTokens } from '../auth/caller-tokens.ts';
import type { EmbeddedServer } from '../auth/embedded/embedded-server.ts';
import { createIncomingAuth, type OwnedIncomingAuth } from '../auth/incoming/create-incoming-auth.ts';
import type { IncomingAuth } from '../auth/incoming/incoming-auth.ts';
import { localTokenId } from '../auth/incoming/local-tokens.ts';
import { protectedResource, protectedResourcePaths } from '../auth/incoming/oidc/protected-resource.ts';
import { ENDPOINT_PATH } from '../gateway/edge/listener.ts';
import type { Gateway, GatewayOptions } from '../gateway/gateway.ts';
import type { NoteSecret } from '../secrets/passing-secrets.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { createConfirmationCodes, type ShowCode } from './confirmation-codes.ts';

export interface IncomingOptions {
  readonly config: () => Config;
  readonly store: SecretStore;
  readonly osUser: string | undefined;
  readonly note: NoteSecret;
  /** Shows the code that a consent page asks for; a host that cannot show one leaves it out. */
  readonly showCode: ShowCode | undefined;
}

/** The verification in force, replaced as a whole when its settings change. Until `start` nobody gets in. */
export interface Incoming extends AsyncDisposable {
  readonly callerTokens: CallerTokens;
  current(): IncomingAuth;
  /** The listener is bound, or bound anew: its port is part of what an embedded authorization server calls itself. */
  start(port: number): Promise<void>;
  refresh(before: Config, after: Config): Promise<void>;
  /** The upstream provider's token of a caller of the embedded server. */
  upstreamToken(caller: Principal): Promise<string | undefined>;
  readonly sideRoutes: GatewayOptions['sideRoutes'];
}

export function createIncoming(options: IncomingOptions): Incoming {
  const { config, store, note } = options;
  const callerTokens = createCallerTokens(note);
  let auth: OwnedIncomingAuth = notStarted();
  let embedded: EmbeddedServer | undefined;
  let boundPort = 0;

  async function make(): Promise<OwnedIncomingAuth> {
    const settings = config().gateway.auth;
    embedded = undefined;
    if (settings.mode === 'embedded') {
      embedded = await startEmbedded(settings, boundPort, options);
      return embedded;
    }
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
    async start(port) {
      boundPort = port;
      await auth[Symbol.asyncDispose]();
      auth = notStarted();
      auth = await make();
    },
    async refresh(before, after) {
      if (authWithoutTokens(before) === authWithoutTokens(after)) return;
      const earlier = auth;
      auth = notStarted();
      await earlier[Symbol.asyncDispose]();
      auth = await make();
    },
    upstreamToken: async (caller) => await embedded?.upstreamToken(caller),
    sideRoutes(path, request, response) {
      const { auth: settings } = config().gateway;
      const issuer = settings.mode === 'oidc' ? settings.issuer : embedded?.issuer;
      if (issuer === undefined) return false;
      if (!protectedResourcePaths(ENDPOINT_PATH).includes(path)) {
        return embedded?.handle(path, request, response) ?? false;
      }
      const origin = `http://${request.headers.host ?? ''}`;
      const scopes = settings.mode === 'oidc' ? (settings.requiredScopes ?? []) : [];
      const body = JSON.stringify(protectedResource(origin, ENDPOINT_PATH, issuer, scopes));
      response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
      response.end(body);
      return true;
    },
    [Symbol.asyncDispose]: async () => await auth[Symbol.asyncDispose](),
  };
}

const NO_TOKENS: readonly { client: string; sha256: string }[] = [];

/** Loaded only where it is chosen: the provider's library is large, and off unless asked for. */
async function startEmbedded(
  settings: EmbeddedAuthSettings,
  port: number,
  { store, osUser, note, showCode }: IncomingOptions,
): Promise<EmbeddedServer> {
  const { createEmbeddedServer } = await import('../auth/embedded/embedded-server.ts');
  return await createEmbeddedServer({
    origin: `http://127.0.0.1:${port}`,
    otherOrigins: [`http://localhost:${port}`],
    mcpPath: ENDPOINT_PATH,
    settings,
    osUser: osUser ?? 'user',
    store,
    note,
    ...(showCode === undefined ? {} : { confirmationCode: createConfirmationCodes(showCode) }),
  });
}

/** While nothing is in force nobody gets in, rather than anybody. */
function notStarted(): OwnedIncomingAuth {
  return {
    kind: 'local',
    authenticate: () => ({
      ok: false,
      status: 503,
      reason: 'the verification of callers is being started',
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
