import { MODERN_VERSION } from '../../../../shared/mcp/modern.ts';
import type { GuardedFetch } from '../../guarded/guarded-fetch.ts';
import { type ChallengeDetail, readChallenge } from './challenge-detail.ts';

/** A list, and not `initialize`, which some servers answer to anybody. Both eras read it; nothing is changed by it. */
const QUESTION = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/list',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': MODERN_VERSION,
      'io.modelcontextprotocol/clientInfo': { name: 'patchbay', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
});

/**
 * Asks a backend once without any credential, as MCP authorization begins: only the 401 tells where its metadata lies
 * when that is no well-known place, and which scopes it wants first. A backend that answers anything else, or nothing
 * at all, has said nothing: discovery then goes by the well-known places, and tells what is wrong.
 */
export async function askChallenge(
  serverUrl: string,
  fetch: GuardedFetch,
  signal: AbortSignal,
): Promise<ChallengeDetail> {
  const asked = await fetch(serverUrl, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': MODERN_VERSION,
      'Mcp-Method': 'tools/list',
    },
    body: QUESTION,
    signal,
  }).catch(() => undefined);
  return asked?.status === 401 ? readChallenge(asked.headers.get('www-authenticate') ?? undefined) : {};
}
