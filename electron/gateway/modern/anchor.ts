import { createHmac } from 'node:crypto';
import type { Envelope } from '../../../shared/mcp/envelope.ts';
import { NEWEST_LEGACY_VERSION } from '../../../shared/mcp/protocol.ts';
import { readClientMessage } from '../edge/client-message.ts';
import type { EdgeRequest } from '../edge/handle-post.ts';
import type { Refusal } from '../edge/refusal.ts';
import type { ClientRequest } from '../routing/route.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { createSession } from '../sessions/create-session.ts';
import { draftSession, type SessionDraft } from '../sessions/draft-session.ts';
import { checkHops, whyNoneCanOpen } from '../sessions/may-open.ts';
import { createListens } from './listens.ts';

export type FoundAnchor =
  | { readonly ok: true; readonly session: ClientSession }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * The anchor of a request without a session: one caller and one set of captured values (contract 1.7). Another value
 * is another anchor, with backend sessions, connections and lists of its own (B27, B30, B31). The name is a keyed digest:
 * nothing can be read out of it, and nobody can guess it.
 */
export function findAnchor(edge: EdgeRequest, envelope: Envelope): FoundAnchor {
  const { gateway, request, fields, principal } = edge;
  const { config } = gateway.options;
  const checked = checkHops(edge);
  if (!checked.ok) return checked;
  const { hops } = checked;
  const drafted = draftSession(helloOf(envelope), request.rawHeaders, principal, config());
  if (!drafted.ok) return drafted;
  const { draft } = drafted;
  const presentedToken = fields.authorization !== undefined;
  const id = createHmac('sha256', gateway.anchorKey)
    .update(JSON.stringify([draft.binding, presentedToken, hops, valuesOf(draft)]))
    .digest('base64url');
  const known = gateway.sessions.get(id);
  if (known !== undefined) return { ok: true, session: known };
  const refused = whyNoneCanOpen(gateway);
  if (refused !== undefined) return { ok: false, refusal: refused };
  const session = createSession(edge, draft, hops, { id, listens: createListens() });
  return { ok: true, session };
}

function valuesOf({ capture }: SessionDraft): readonly (readonly [string, string])[] {
  return capture.captured.map(({ name, value }) => [name, value] as const);
}

/**
 * What a pooled backend session is told of its client: the name of the first one. No capabilities, since there is no
 * client behind the session that could be asked in mid-call.
 */
function helloOf({ client }: Envelope): ClientRequest {
  const params = {
    protocolVersion: NEWEST_LEGACY_VERSION,
    capabilities: {},
    clientInfo: client ?? { name: 'unknown', version: '0' },
  };
  const text = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  const read = readClientMessage(Buffer.from(text));
  if (!read.ok || read.message.kind !== 'request') throw new Error('the hello of an anchor is no request');
  return read.message;
}
