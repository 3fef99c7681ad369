import type { OutgoingAuthSettings } from '../../../shared/config/outgoing-settings.ts';
import type { Checked } from '../../../shared/errors/problem.ts';
import { MANAGED_NAMES } from '../../../shared/headers/managed-names.ts';
import type { NoteSecret } from '../../secrets/passing-secrets.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import type { CallerTokens } from '../caller-tokens.ts';
import { createFetchFrom } from '../guarded/fetch-from.ts';
import type { GuardedFetch } from '../guarded/guarded-fetch.ts';
import { createClientCredentialsAuth } from './client-credentials.ts';
import { createStoredAuth, isStoredAuth, refuseSetting } from './create-stored-auth.ts';
import { createOAuthAuth, type OAuthAuth } from './oauth/oauth-auth.ts';
import type { OwnedOutgoingAuth } from './static-auth.ts';
import { createTokenExchangeAuth } from './token-exchange.ts';
import { createUpstreamAuth, type UpstreamToken } from './upstream-auth.ts';

/** What the strategies beyond one stored secret need; a host that lacks a part of it gets a problem, no half strategy. */
export interface OutgoingDependencies {
  /** The backend's address, as the user typed it. */
  readonly serverUrl?: string;
  /** Opens the browser; a host that has none leaves it out, and shows the address that the state tells instead. */
  readonly openExternal?: (url: string) => Promise<void>;
  readonly callerTokens?: CallerTokens;
  /** Of the embedded server, when it stands in front of an upstream provider. */
  readonly upstreamToken?: UpstreamToken;
  readonly now?: () => number;
  /** Hears of every token that comes in, so that logs are cleaned of it (SEC-05). */
  readonly note?: NoteSecret;
}

/** Tells the strategy that a person signs in to; the window offers its sign-in and sign-out. */
export function isOAuthAuth(auth: OwnedOutgoingAuth): auth is OAuthAuth {
  return 'signIn' in auth;
}

/**
 * Makes the strategy of one backend from its settings. Options are checked here, not at the first request: what
 * cannot work, or is not built, is a problem and disables the backend. Secrets are kept under the backend's name, kind
 * `auth`: `token` (bearer), `value` (header), `password` (basic), `client-secret` (the OAuth kinds), `oauth` (a
 * sign-in, ours alone). The owner disposes of what it gets.
 */
export function createOutgoingAuth(
  backend: string,
  settings: OutgoingAuthSettings | { readonly strategy: string },
  store: SecretStore,
  dependencies: OutgoingDependencies = {},
): Checked<OwnedOutgoingAuth> {
  const { serverUrl, callerTokens, now = Date.now, note = () => {} } = dependencies;
  if (!isKnown(settings))
    return refuseSetting(backend, 'strategy', `There is no strategy "${settings.strategy}".`);
  if (isStoredAuth(settings)) return createStoredAuth(backend, settings, store);
  switch (settings.strategy) {
    case 'oauth': {
      if (serverUrl === undefined)
        return refuseSetting(backend, 'strategy', 'OAuth needs the address of the backend.');
      const { openExternal = async () => undefined } = dependencies;
      const fetch = createFetchFrom(given(serverUrl, settings.issuer));
      const auth = createOAuthAuth(backend, serverUrl, settings, { store, fetch, openExternal, now, note });
      return { ok: true, value: withFetch(auth, fetch) };
    }
    case 'client_credentials': {
      const fetch = createFetchFrom(given(settings.tokenUrl, settings.issuer));
      const auth = createClientCredentialsAuth(backend, settings, { store, fetch, now, note });
      return { ok: true, value: withFetch(auth, fetch) };
    }
    case 'token_exchange': {
      if (callerTokens === undefined) {
        return refuseSetting(
          backend,
          'strategy',
          "Token exchange needs callers that sign in with a provider's token.",
        );
      }
      const fetch = createFetchFrom([settings.tokenUrl]);
      const auth = createTokenExchangeAuth(backend, settings, { store, fetch, now, note, callerTokens });
      return { ok: true, value: withFetch(auth, fetch) };
    }
    case 'upstream': {
      const { upstreamToken } = dependencies;
      if (upstreamToken === undefined) {
        return refuseSetting(
          backend,
          'strategy',
          'This needs callers that sign in at the embedded server with an upstream provider.',
        );
      }
      return { ok: true, value: createUpstreamAuth(backend, upstreamToken) };
    }
  }
}

/** The settings come parsed by `outgoingAuthSchema`; a strategy that it does not know has not passed it. */
function isKnown(settings: { readonly strategy: string }): settings is OutgoingAuthSettings {
  return Object.hasOwn(MANAGED_NAMES, settings.strategy);
}

function given(...urls: readonly (string | undefined)[]): readonly string[] {
  return urls.filter((url) => url !== undefined);
}

/** The strategy ends its connections with itself. The object stays the same: strategies have live properties. */
function withFetch<T extends OwnedOutgoingAuth>(auth: T, fetch: GuardedFetch): T {
  const dispose = auth[Symbol.dispose].bind(auth);
  auth[Symbol.dispose] = () => {
    dispose();
    // Closing sockets that nobody waits for any more: nothing can be done about a failure.
    fetch[Symbol.asyncDispose]().then(undefined, () => undefined);
  };
  return auth;
}
