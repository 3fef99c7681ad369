import type { OutgoingAuthSettings } from '../../../shared/config/outgoing-settings.ts';
import { secretKey } from '../../secrets/secret-key.ts';
import type { OwnedOutgoingAuth } from './static-auth.ts';
import { createTokenCache } from './token-cache.ts';
import { clientSecretRef, type GrantDependencies, requestGrant } from './token-grant.ts';

type Settings = Extract<OutgoingAuthSettings, { strategy: 'client_credentials' }>;

/** A token of this machine's own client, one for all callers (RFC 6749 section 4.4). */
export function createClientCredentialsAuth(
  backend: string,
  settings: Settings,
  dependencies: GrantDependencies,
): OwnedOutgoingAuth {
  const cache = createTokenCache(1, dependencies.now);
  const key = secretKey(clientSecretRef(backend));
  const registration = dependencies.store.onChange((ref) => {
    if (secretKey(ref) === key) cache.clear();
  });
  const parameters: Record<string, string> = {};
  if (settings.scopes !== undefined && settings.scopes.length > 0)
    parameters.scope = settings.scopes.join(' ');
  if (settings.audience !== undefined) parameters.audience = settings.audience;
  const grant = { type: 'client_credentials', parameters, needsSecret: true };
  return {
    headers: () => cache.get('', () => requestGrant(backend, settings, grant, dependencies)),
    refused(status) {
      if (status === 401) cache.refused();
    },
    [Symbol.dispose]() {
      registration[Symbol.dispose]();
      cache.clear();
    },
  };
}
