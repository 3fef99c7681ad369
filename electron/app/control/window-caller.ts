import type { LocalPrincipal } from '../../../shared/identity/principal.ts';
import { NEWEST_LEGACY_VERSION } from '../../../shared/mcp/protocol.ts';
import type { ClientHello } from '../../backends/handshake.ts';

/** The person in front of the window, towards backends that are tested or tried: known on this machine, not signed in. */
export const WINDOW_CALLER: LocalPrincipal = Object.freeze({
  kind: 'local',
  client: 'patchbay-window',
  tokenId: 'window',
});

/** What the window says of itself when it opens a conversation with a backend. */
export function windowHello(version: string): ClientHello {
  return {
    protocolVersion: NEWEST_LEGACY_VERSION,
    capabilitiesText: '{}',
    clientInfoText: JSON.stringify({ name: 'patchbay-window', version }),
  };
}
