import type { OutgoingAuthSettings, OutgoingStrategy } from '../config/outgoing-settings.ts';
import type { HeaderName } from './name.ts';

const AUTHORIZATION = 'Authorization' as HeaderName;

/** The header names that each outgoing strategy sets; `configured` stands for the name in its settings. */
export const MANAGED_NAMES: Readonly<Record<OutgoingStrategy, readonly HeaderName[] | 'configured'>> = {
  none: [],
  bearer: [AUTHORIZATION],
  header: 'configured',
  basic: [AUTHORIZATION],
  oauth: [AUTHORIZATION],
  client_credentials: [AUTHORIZATION],
  token_exchange: [AUTHORIZATION],
  upstream: [AUTHORIZATION],
};

/** The names one backend's auth settings will set. What a strategy yields at run time must be among them. */
export function managedNames(auth: OutgoingAuthSettings): readonly HeaderName[] {
  const names = MANAGED_NAMES[auth.strategy];
  if (names !== 'configured') return names;
  return auth.strategy === 'header' ? [auth.header] : [];
}

/** What the gateway itself sends to a backend as a part of HTTP and MCP. `User-Agent` yields to a configured one. */
export const PROTOCOL_NAMES: readonly HeaderName[] = [
  'Content-Type',
  'Accept',
  'Mcp-Session-Id',
  'MCP-Protocol-Version',
  'User-Agent',
  'X-Patchbay-Hop',
] as HeaderName[];
