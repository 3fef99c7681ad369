import { createHash } from 'node:crypto';
import type { OutgoingAuthSettings } from '../../../shared/config/outgoing-settings.ts';
import { bindingKey } from '../../../shared/identity/principal.ts';
import type { CallerTokens } from '../caller-tokens.ts';
import type { AuthHeaders } from './outgoing-auth.ts';
import type { OwnedOutgoingAuth } from './static-auth.ts';
import { createTokenCache } from './token-cache.ts';
import { type GrantDependencies, requestGrant } from './token-grant.ts';

type Settings = Extract<OutgoingAuthSettings, { strategy: 'token_exchange' }>;

/** Callers whose exchanged tokens are kept; more of them at once only exchange more often. */
const CALLERS = 1_000;

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/**
 * The caller's verified token exchanged for one that this backend takes (RFC 8693). The caller's own token goes to
 * the token server only, never to the backend (AOU-04). Kept per caller and per token of the caller: who comes with
 * another one gets another one.
 */
export function createTokenExchangeAuth(
  backend: string,
  settings: Settings,
  dependencies: GrantDependencies & { readonly callerTokens: CallerTokens },
): OwnedOutgoingAuth {
  const cache = createTokenCache(CALLERS, dependencies.now);
  const scope = settings.scopes?.join(' ') ?? '';
  const asked: Record<string, string> = {
    ...(settings.audience === undefined ? {} : { audience: settings.audience }),
    ...(settings.resource === undefined ? {} : { resource: settings.resource }),
    ...(scope === '' ? {} : { scope }),
  };
  const noToken: AuthHeaders = {
    ok: false,
    state: 'needs-sign-in',
    message: `Backend "${backend}" exchanges the caller's token, but this caller did not sign in with one.`,
  };
  return {
    headers(caller) {
      const token = dependencies.callerTokens.tokenOf(caller);
      const binding = bindingKey(caller);
      if (token === undefined || binding === undefined) return noToken;
      const subject = token.reveal();
      const key = `${binding}\0${createHash('sha256').update(subject).digest('base64')}`;
      const parameters = { ...asked, subject_token: subject, subject_token_type: ACCESS_TOKEN };
      const type = 'urn:ietf:params:oauth:grant-type:token-exchange';
      const grant = { type, parameters, needsSecret: false };
      return cache.get(key, () => requestGrant(backend, settings, grant, dependencies));
    },
    refused(status) {
      // It is not said whose token was refused; all are asked for again.
      if (status === 401) cache.refused();
    },
    [Symbol.dispose]: () => cache.clear(),
  };
}
