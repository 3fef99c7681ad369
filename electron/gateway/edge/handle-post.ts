import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../../../shared/identity/principal.ts';
import { idKey } from '../../../shared/json/id-key.ts';
import { isLegacyVersion } from '../../../shared/mcp/protocol.ts';
import type { Gateway } from '../gateway.ts';
import { handleModern, isModern } from '../modern/handle-modern.ts';
import { handlerOf } from '../routing/methods.ts';
import { takeNotification, takeResponse } from '../routing/notifications.ts';
import type { ClientRequest } from '../routing/route.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { noteUse } from '../sessions/drift.ts';
import { findSession } from '../sessions/find-session.ts';
import { sendAccepted, sendRefusal } from './answers.ts';
import { readBody } from './body.ts';
import { readClientMessage } from './client-message.ts';
import { answerFault } from './faults.ts';
import type { EdgeFields } from './fields.ts';
import { initialize } from './handle-initialize.ts';
import { refusal } from './refusal.ts';

export interface EdgeRequest {
  readonly gateway: Gateway;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly fields: EdgeFields;
  readonly principal: Principal;
}

/** Takes a POST whose edge checks have passed: reads the message, finds the session, routes. */
export function handlePost(edge: EdgeRequest): void {
  readBody(
    edge.request,
    (bytes) => {
      try {
        takeMessage(edge, bytes);
      } catch (error) {
        answerFault(edge, error);
      }
    },
    (refused) => sendRefusal(edge.response, refused),
  );
}

function takeMessage(edge: EdgeRequest, bytes: Buffer): void {
  const { fields, response } = edge;
  const read = readClientMessage(bytes);
  if (!read.ok) {
    sendRefusal(response, read.refusal);
    return;
  }
  const { message } = read;
  if (message.kind !== 'response' && isModern(message, fields.protocolVersion)) {
    const handling = handleModern(edge, message);
    if (handling !== undefined && message.kind === 'request')
      handling.catch((error: unknown) => answerFault(edge, error, message));
    return;
  }
  if (message.kind === 'request' && message.method === 'initialize') {
    initialize(edge, message).catch((error: unknown) => answerFault(edge, error, message));
    return;
  }
  const version = fields.protocolVersion;
  if (version !== undefined && !isLegacyVersion(version)) {
    sendRefusal(
      response,
      refusal(400, 'request.protocol-version', 'This MCP-Protocol-Version is not supported.'),
    );
    return;
  }
  const found = findSession(edge);
  if (!found.ok) {
    sendRefusal(
      response,
      message.kind === 'notification' ? found.refusal : { ...found.refusal, idText: message.idText },
    );
    return;
  }
  const { session } = found;
  noteUse(edge, session);
  if (message.kind === 'request') takeRequest(edge, session, message);
  else {
    if (message.kind === 'notification') takeNotification(session, edge.principal, message);
    else takeResponse(session, edge.principal, message);
    sendAccepted(response);
  }
}

function takeRequest(edge: EdgeRequest, session: ClientSession, message: ClientRequest): void {
  const { response, principal: caller } = edge;
  const { ports, events } = edge.gateway.options;
  if (session.inFlight.has(idKey(message.idText))) {
    const text = 'A request with this id is under way.';
    sendRefusal(response, refusal(400, 'request.duplicate-id', text, { idText: message.idText }));
    return;
  }
  session.calls++;
  const fault = (error: unknown): void => answerFault(edge, error, { idText: message.idText, session });
  try {
    const handling = handlerOf(message.method)({
      session,
      caller,
      message,
      response,
      now: ports.now,
      record: (call) => events.called(call),
    });
    if (handling instanceof Promise) prepared(session, idKey(message.idText), handling).catch(fault);
  } catch (error) {
    fault(error);
  }
}

/** Lets the request be given up while it is not under way yet. */
async function prepared(session: ClientSession, key: string, handling: Promise<void>): Promise<void> {
  const mine = { givenUp: false };
  session.preparing.set(key, mine);
  try {
    await handling;
  } finally {
    if (session.preparing.get(key) === mine) session.preparing.delete(key);
  }
}
