import { timingSafeEqual } from 'node:crypto';
import { bindingKey, type Principal } from '../../../shared/identity/principal.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import type { EdgeRequest } from '../edge/handle-post.ts';
import { type Refusal, refusal } from '../edge/refusal.ts';
import type { ClientSession } from './client-session.ts';

export type FoundSession =
  | { readonly ok: true; readonly session: ClientSession }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Finds the session of a request. Missing id 400; unknown, ended or another principal's 404 without saying which
 * (contract section 5, SES-01, SES-09, SES-10, SES-12), so that clients open a new one.
 */
export function findSession({ gateway, fields, principal }: EdgeRequest): FoundSession {
  if (fields.sessionId === undefined) {
    return { ok: false, refusal: refusal(400, 'session.missing', 'The Mcp-Session-Id header is missing.') };
  }
  const session = gateway.sessions.get(fields.sessionId);
  if (
    session === undefined ||
    session.closed ||
    !isOwner(session, principal, fields.authorization !== undefined)
  ) {
    const text = 'This session is not known; open a new one.';
    return { ok: false, refusal: refusal(404, 'session.unknown', text, { rpcCode: RPC.unknownSession }) };
  }
  return { ok: true, session };
}

function isOwner(session: ClientSession, principal: Principal, presentsToken: boolean): boolean {
  if (session.principal.kind === 'anonymous' && presentsToken && !session.presentedToken) return false;
  if (session.principal === principal) return true;
  const key = bindingKey(principal);
  if (key === undefined) return false;
  const one = Buffer.from(session.binding);
  const other = Buffer.from(key);
  return one.length === other.length && timingSafeEqual(one, other);
}
