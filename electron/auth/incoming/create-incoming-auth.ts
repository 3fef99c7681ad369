import type { AuthSettings } from '../../../shared/config/gateway-schema.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import type { CallerTokens } from '../caller-tokens.ts';
import { createFetchFrom } from '../guarded/fetch-from.ts';
import { createAnonymousAuth } from './anonymous.ts';
import type { IncomingAuth } from './incoming-auth.ts';
import { createLocalAuth, type LocalToken } from './local-tokens.ts';
import { createOidcAuth } from './oidc/oidc-auth.ts';

/** A kind of caller verification that holds connections; its owner ends it when the mode changes. */
export interface OwnedIncomingAuth extends IncomingAuth, AsyncDisposable {}

export interface IncomingDependencies {
  /** The tokens in force, asked on every call; another array means changed tokens (AIN-07). */
  readonly tokens: () => readonly LocalToken[];
  readonly store: SecretStore;
  readonly callerTokens: CallerTokens;
  readonly mcpPath: string;
}

/** The modes that stand on their own; the embedded authorization server brings its own verification along. */
export type StandaloneAuthSettings = Exclude<AuthSettings, { mode: 'embedded' }>;

/** Makes the caller verification that the settings ask for. */
export function createIncomingAuth(
  settings: StandaloneAuthSettings,
  dependencies: IncomingDependencies,
): OwnedIncomingAuth {
  switch (settings.mode) {
    case 'anonymous':
      return owned(createAnonymousAuth());
    case 'local':
      return owned(createLocalAuth(dependencies.tokens));
    case 'oidc': {
      const { issuer, jwksUri, introspection } = settings;
      const typed = [issuer, jwksUri, introspection?.url].filter((url) => url !== undefined);
      const fetch = createFetchFrom(typed);
      return owned(createOidcAuth(settings, { ...dependencies, fetch }), () => fetch[Symbol.asyncDispose]());
    }
  }
}

function owned(auth: IncomingAuth, end: () => PromiseLike<void> = async () => {}): OwnedIncomingAuth {
  return { ...auth, [Symbol.asyncDispose]: end };
}
