import { RPC } from '../../../shared/mcp/protocol.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { errorText, sendJson } from './answers.ts';
import type { EdgeRequest } from './handle-post.ts';

/** Faults of ours that one session may meet: after that its state is not to be trusted, and it ends. */
const MAX_FAULTS = 5;

/** What is known of a request when its handling fails. */
export interface FaultyRequest {
  readonly idText?: string;
  readonly session?: ClientSession;
}

/** A fault in one request's handling is that request's own (CRA-02): -32603, and the process lives on. */
export function answerFault(
  edge: EdgeRequest,
  error: unknown,
  { idText, session }: FaultyRequest = {},
): void {
  const { gateway, response } = edge;
  gateway.options.events.refused('gateway.internal', 500);
  const name = error instanceof Error ? error.name : 'error';
  const text = `The gateway failed inside (${name}).`;
  sendJson(response, 500, errorText(idText, RPC.internal, text, 'gateway.internal'));
  if (session === undefined) return;
  session.faults++;
  if (session.faults >= MAX_FAULTS) void gateway.end(session, 'The gateway failed inside too often.');
}
