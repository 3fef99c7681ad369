import type { Gateway } from '../gateway.ts';
import type { ClientRequest } from '../routing/route.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { createSession } from '../sessions/create-session.ts';
import { readHops } from '../sessions/hops.ts';
import { draftSession } from '../sessions/open-session.ts';
import { initializeResult } from '../sessions/server-hello.ts';
import { resultText, sendJson, sendRefusal } from './answers.ts';
import type { EdgeRequest } from './handle-post.ts';
import { refusal } from './refusal.ts';

/** How long `initialize` waits for backends, so that it can say truly what they can (contract section 5). */
const WAIT_MS = 1_000;
const RETRY_AFTER_SECONDS = '30';

/** Opens a session, or refuses it with everything that is wrong. */
export async function initialize(edge: EdgeRequest, message: ClientRequest): Promise<void> {
  const { gateway, request, response, fields, principal } = edge;
  const { config, ports, identity } = gateway.options;
  const { idText } = message;
  if (fields.sessionId !== undefined && gateway.sessions.get(fields.sessionId) !== undefined) {
    sendRefusal(response, refusal(400, 'session.live', 'This session is already initialised.', { idText }));
    return;
  }
  const hops = readHops(fields.hop);
  if (hops === undefined || hops.includes(ports.hop)) {
    sendRefusal(response, refusal(400, 'backend.loop', 'The gateway was asked to call itself.', { idText }));
    return;
  }
  if (gateway.draining || gateway.sessions.size() >= config().gateway.maxSessions) {
    const code = gateway.draining ? 'gateway.closing' : 'session.limit';
    const text = gateway.draining ? 'The gateway is closing.' : 'As many sessions as are allowed are open.';
    sendRefusal(
      response,
      refusal(503, code, text, { idText, headers: { 'Retry-After': RETRY_AFTER_SECONDS } }),
    );
    return;
  }
  const drafted = draftSession(message, request.rawHeaders, principal, config());
  if (!drafted.ok) {
    sendRefusal(response, drafted.refusal);
    return;
  }
  const session = createSession(
    gateway,
    drafted.draft,
    principal,
    fields.authorization !== undefined,
    request.rawHeaders,
    hops,
  );
  await firstStates(session, gateway);
  if (session.closed) {
    sendRefusal(
      response,
      refusal(404, 'session.ended', 'The session was ended.', { idText, rpcCode: -32001 }),
    );
    return;
  }
  const body = resultText(idText, initializeResult(session, identity));
  sendJson(response, 200, body, { 'Mcp-Session-Id': session.id });
}

/** Waits until every backend is ready or has failed, but not long: late ones come through list_changed. */
async function firstStates(session: ClientSession, gateway: Gateway): Promise<void> {
  const awaited = [...session.backends].filter(([name]) => !gateway.unresponsive.has(name));
  const opening = awaited.map(([, { session: backend }]) => backend.ready());
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, WAIT_MS);
  });
  await Promise.race([Promise.all(opening), limit]);
  clearTimeout(timer);
}
