import type { IncomingMessage, ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';
import type { EmbeddedAuthSettings } from '../../../shared/config/gateway-schema.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import type { NoteSecret } from '../../secrets/passing-secrets.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import { createFetchFrom } from '../guarded/fetch-from.ts';
import { createGuardedFetch, type GuardedFetch } from '../guarded/guarded-fetch.ts';
import { presentedToken } from '../incoming/bearer-token.ts';
import { bearerChallenge, type ChallengeDetail } from '../incoming/challenge.ts';
import type { AuthOutcome, IncomingAuth } from '../incoming/incoming-auth.ts';
import { protectedResourceUrl } from '../incoming/oidc/protected-resource.ts';
import { createRecentValues } from '../incoming/recent-values.ts';
import { CONSENT_PATH, createConsent } from './consent.ts';
import { sendPage } from './consent-page.ts';
import { profilePeople, upstreamPeople } from './people.ts';
import { isServerPath, serverConfiguration } from './server-configuration.ts';
import { createServerMemory } from './server-memory.ts';
import { loadServerKeys, loadServerState, STATE_LIMIT, saveServerState } from './server-secrets.ts';
import { createUpstream, UPSTREAM_PATH } from './upstream.ts';

export interface EmbeddedServerOptions {
  /** `http://127.0.0.1:4780`: the origin under which the listener is reached, and the issuer. */
  readonly origin: string;
  /** Other origins that lead to the same listener: `http://localhost:4780`. */
  readonly otherOrigins: readonly string[];
  readonly mcpPath: string;
  readonly settings: Pick<EmbeddedAuthSettings, 'profile' | 'upstream'>;
  /** The OS user's name, for a profile without `sub`. */
  readonly osUser: string;
  readonly store: SecretStore;
  /** See `ConsentOptions`. */
  readonly confirmationCode?: (uid: string, clientName: string) => string;
  readonly now?: () => number;
  /** Hears of every token that callers present and the upstream provider gives (SEC-05). */
  readonly note?: NoteSecret;
  /** For client metadata documents; reaches public addresses only unless a test gives its own. */
  readonly documentFetch?: GuardedFetch;
}

/** An authorization server on our own origin, and the verification of the tokens that it gave. */
export interface EmbeddedServer extends IncomingAuth, AsyncDisposable {
  readonly issuer: string;
  /** Answers a request to one of its paths; false for every other path. The edge has checked the Host before. */
  handle(path: string, request: IncomingMessage, response: ServerResponse): boolean;
  /** The upstream provider's token of a caller, for the outgoing strategy `upstream`. */
  upstreamToken(caller: Principal): Promise<string | undefined>;
  /** Settles once everything that should outlive a restart is stored. */
  saved(): Promise<void>;
}

interface StoredToken {
  readonly accountId?: string;
  readonly exp?: number;
  readonly aud?: string | readonly string[];
}

/** Accepted tokens that are remembered; a withdrawal forgets all of them. */
const REMEMBERED = 1_000;

/**
 * Starts the embedded authorization server for one person: the profile that the user filled in. What clients
 * registered and the user agreed to is kept in the keychain, with the keys.
 */
export async function createEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { origin, store, mcpPath } = options;
  const now = options.now ?? Date.now;
  const accepted = createRecentValues<{ readonly outcome: AuthOutcome; readonly until: number }>(REMEMBERED);
  let saving: Promise<unknown> = Promise.resolve();
  let isDue = false;

  const save = (): void => {
    if (isDue) return;
    isDue = true;
    // One write after another; what changes meanwhile goes with the next one.
    saving = saving.then(() => {
      isDue = false;
      return saveServerState(store, memory.snapshot(STATE_LIMIT));
    });
  };
  const memory = createServerMemory(now, save, () => accepted.clear());
  const earlier = await loadServerState(store);
  if (earlier !== undefined) memory.restore(earlier);

  const { profile, upstream: upstreamSettings } = options.settings;
  const upstreamFetch =
    upstreamSettings === undefined ? undefined : createFetchFrom([upstreamSettings.issuer]);
  const upstream =
    upstreamSettings === undefined || upstreamFetch === undefined
      ? undefined
      : createUpstream(upstreamSettings, {
          origin,
          store,
          fetch: upstreamFetch,
          memory,
          now,
          note: options.note,
        });
  const people =
    upstream === undefined ? profilePeople(origin, profile, options.osUser) : upstreamPeople(upstream);
  const resources = [origin, ...options.otherOrigins].flatMap((one) => [`${one}${mcpPath}`, one, `${one}/`]);
  const keys = await loadServerKeys(store);
  const fetch = options.documentFetch ?? createGuardedFetch({ reach: 'public' });
  const provider = new Provider(
    origin,
    serverConfiguration({
      keys,
      memory,
      fetch,
      isOurResource: (resource) => resources.includes(resource),
      defaultResource: `${origin}${mcpPath}`,
      claimsOf: people.claimsOf,
    }),
  );
  const callback = provider.callback();
  const consent = createConsent({
    provider,
    origin,
    formKey: keys.forms,
    personOf: people.personOf,
    signInFirst: people.signInFirst,
    confirmationCode: options.confirmationCode,
  });

  const challenge = (from: string | undefined, detail: ChallengeDetail): string =>
    bearerChallenge(
      from === undefined ? detail : { ...detail, resourceMetadata: protectedResourceUrl(from, mcpPath) },
    );

  const authenticate = async (token: string, from: string | undefined): Promise<AuthOutcome> => {
    const refuse = (reason: string): AuthOutcome => ({
      ok: false,
      status: 401,
      reason,
      challenge: challenge(from, { error: 'invalid_token' }),
    });
    const found = (await provider.AccessToken.find(token)) as StoredToken | undefined;
    if (found?.exp === undefined || found.exp * 1000 <= now())
      return refuse('the token is unknown or has expired');
    if (![found.aud].flat().some((audience) => audience !== undefined && resources.includes(audience))) {
      return refuse('the token is for another resource');
    }
    const principal = found.accountId === undefined ? undefined : await people.principalOf(found.accountId);
    if (principal === undefined) return refuse('the token belongs to nobody who is known here');
    options.note?.(token);
    const outcome: AuthOutcome = { ok: true, principal };
    accepted.set(token, { outcome, until: found.exp * 1000 });
    return outcome;
  };

  return {
    kind: 'embedded',
    issuer: origin,
    authenticate({ authorization, origin: from }) {
      const presented = presentedToken(authorization);
      if (presented.kind === 'malformed') {
        const reason = 'malformed Authorization field';
        return { ok: false, status: 400, reason, challenge: challenge(from, { error: 'invalid_request' }) };
      }
      if (presented.kind !== 'token') {
        return {
          ok: false,
          status: 401,
          reason: 'no bearer token presented',
          challenge: challenge(from, {}),
        };
      }
      const remembered = accepted.get(presented.token);
      if (remembered !== undefined && now() < remembered.until) return remembered.outcome;
      return authenticate(presented.token, from);
    },
    handle(path, request, response) {
      if (!isServerPath(path)) return false;
      const handled = route(path, request, response);
      handled.catch(() => {
        if (response.headersSent) response.destroy();
        else
          sendPage(response, 400, '<p>There is no sign-in under way here. Start again from your client.</p>');
      });
      return true;
    },
    async upstreamToken(caller) {
      return caller.kind === 'user' && caller.issuer === upstreamSettings?.issuer
        ? upstream?.token(caller.subject)
        : undefined;
    },
    async saved() {
      await saving;
    },
    async [Symbol.asyncDispose]() {
      await saving;
      await fetch[Symbol.asyncDispose]();
      await upstreamFetch?.[Symbol.asyncDispose]();
    },
  };

  function route(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (path.startsWith(CONSENT_PATH)) return consent(request, response);
    return path === UPSTREAM_PATH ? fromUpstream(request, response) : toProvider(request, response);
  }

  async function fromUpstream(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (upstream === undefined || request.method !== 'GET') throw new Error('Nobody signs in upstream here.');
    // The consent page checks the browser's cookie: an answer that was slipped to another browser ends there.
    const uid = await upstream.finish(request.url ?? '');
    response.writeHead(303, { Location: `${CONSENT_PATH}${uid}`, 'Cache-Control': 'no-store' }).end();
  }

  function toProvider(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const setHeader = response.setHeader.bind(response);
    // The library lets every web page read its metadata; we give no page such a right (threats.md 5.3).
    response.setHeader = (name, value) =>
      /^access-control-/i.test(name) ? response : setHeader(name, value);
    request.url = withScope(request.url ?? '/');
    return callback(request, response);
  }
}

/** An authorization request without a scope asks for the one that there is (RFC 6749 section 3.3: the server's default). */
function withScope(target: string): string {
  const { pathname, searchParams: parameters } = new URL(target, 'http://here');
  if (pathname !== '/oauth/authorize') return target;
  if ((parameters.get('scope') ?? '') !== '') return target;
  parameters.set('scope', 'mcp');
  return `${pathname}?${parameters}`;
}
