import { RPC } from '../../../shared/mcp/protocol.ts';
import type { ClientRequest } from '../routing/route.ts';
import { awaitBackends } from '../sessions/await-backends.ts';
import { createSession } from '../sessions/create-session.ts';
import { draftSession } from '../sessions/draft-session.ts';
import { checkHops, whyNoneCanOpen } from '../sessions/may-open.ts';
import { initializeResult } from '../sessions/server-hello.ts';
import { resultText, sendJson, sendRefusal } from './answers.ts';
import type { EdgeRequest } from './handle-post.ts';
import { refusal } from './refusal.ts';

/** Opens a session, or refuses it with everything that is wrong. */
export async function initialize(edge: EdgeRequest, message: ClientRequest): Promise<void> {
  const { gateway, request, response, fields, principal } = edge;
  const { config, identity } = gateway.options;
  const { idText } = message;
  if (fields.sessionId !== undefined && gateway.sessions.get(fields.sessionId) !== undefined) {
    sendRefusal(response, refusal(400, 'session.live', 'This session is already initialised.', { idText }));
    return;
  }
  const checked = checkHops(edge);
  if (!checked.ok) {
    sendRefusal(response, { ...checked.refusal, idText });
    return;
  }
  const full = whyNoneCanOpen(gateway);
  if (full !== undefined) {
    sendRefusal(response, { ...full, idText });
    return;
  }
  const drafted = draftSession(message, request.rawHeaders, principal, config());
  if (!drafted.ok) {
    sendRefusal(response, drafted.refusal);
    return;
  }
  const session = createSession(edge, drafted.draft, checked.hops);
  await awaitBackends(gateway, session);
  if (session.closed) {
    sendRefusal(
      response,
      refusal(404, 'session.ended', 'The session was ended.', { idText, rpcCode: RPC.unknownSession }),
    );
    return;
  }
  const body = resultText(idText, initializeResult(session, identity));
  sendJson(response, 200, body, { 'Mcp-Session-Id': session.id });
}
