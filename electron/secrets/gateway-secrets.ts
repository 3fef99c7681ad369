import type { AuthSettings } from '../../shared/config/gateway-schema.ts';
import { GATEWAY_SECRETS } from '../../shared/control/secret-view.ts';
import type { SecretRef } from './secret-store.ts';

/** The secret for the introspection endpoint. */
export const INTROSPECTION_SECRET: SecretRef = {
  backend: GATEWAY_SECRETS,
  kind: 'auth',
  name: 'introspection',
};

/** The secret of our client at the provider behind the embedded server, if it has one. */
export const UPSTREAM_SECRET: SecretRef = {
  backend: GATEWAY_SECRETS,
  kind: 'auth',
  name: 'upstream-client-secret',
};

/** Every secret that a person enters for the way in which callers are verified. */
export function gatewaySecrets(auth: AuthSettings): readonly SecretRef[] {
  if (auth.mode === 'oidc' && auth.introspection !== undefined) return [INTROSPECTION_SECRET];
  if (auth.mode === 'embedded' && auth.upstream !== undefined) return [UPSTREAM_SECRET];
  return [];
}
