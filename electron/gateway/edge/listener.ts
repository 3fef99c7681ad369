import type { IncomingMessage, ServerResponse } from 'node:http';
import { MODERN_VERSION } from '../../../shared/mcp/modern.ts';
import type { AuthOutcome } from '../../auth/incoming/incoming-auth.ts';
import type { Gateway } from '../gateway.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { noteUse } from '../sessions/drift.ts';
import { findSession } from '../sessions/find-session.ts';
import { wakeBackends } from '../sessions/wake.ts';
import {
  admit,
  checkEndpoint,
  checkFetchSite,
  checkGet,
  checkPost,
  type EdgeSettings,
  pathOf,
} from './admission.ts';
import { sendRefusal } from './answers.ts';
import { answerFault } from './faults.ts';
import { type EdgeFields, readEdgeFields } from './fields.ts';
import { type EdgeRequest, handlePost } from './handle-post.ts';
import { isLeaving } from './last-answer.ts';
import { PATIENCE, type Patience } from './loopback-server.ts';
import { openLoopbackServers } from './loopback-servers.ts';
import { watchOverload } from './overload.ts';
import { refusal } from './refusal.ts';

export const ENDPOINT_PATH = '/mcp';

export interface Listener {
  readonly port: number;
  readonly host: string;
  readonly url: string;
  /** Stops accepting connections; open ones go on. */
  stopAccepting(): Promise<void>;
  /** Ends every connection. */
  close(): void;
}

/**
 * Puts the gateway on 127.0.0.1 (or on ::1 and 127.0.0.1). Rejects with the system's error, EADDRINUSE for a taken
 * port: never another port in silence (NET-04, threats.md 1.2).
 */
export async function listen(
  gateway: Gateway,
  port: number,
  host: '127.0.0.1' | '::1',
  patience: Patience = PATIENCE,
): Promise<Listener> {
  const { servers, port: bound, authority } = await openLoopbackServers(port, host, patience);
  for (const one of servers)
    one.on('request', (request, response) => handle(gateway, bound, host, request, response));
  const { events, ports } = gateway.options;
  const watch = watchOverload(
    servers,
    { overloaded: events.overloaded, relieved: () => void wakeBackends(gateway) },
    ports,
  );
  return {
    port: bound,
    host,
    url: `http://${authority}${ENDPOINT_PATH}`,
    stopAccepting: async () => {
      await Promise.all(servers.map((one) => new Promise<void>((resolve) => one.close(() => resolve()))));
    },
    close: () => {
      watch[Symbol.dispose]();
      for (const one of servers) one.closeAllConnections();
    },
  };
}

function handle(
  gateway: Gateway,
  port: number,
  host: '127.0.0.1' | '::1',
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (isLeaving(request.socket)) return;
  const fields = readEdgeFields(request.rawHeaders);
  const settings: EdgeSettings = {
    port,
    host,
    allowedOrigins: gateway.options.config().gateway.allowedOrigins,
  };
  const method = request.method ?? '';
  const target = request.url ?? '';
  const unwelcome = admit(target, fields, settings);
  const foreign = checkFetchSite(fields, settings);
  const isForeign = foreign !== undefined && !isNavigation(request);
  if (unwelcome === undefined && !isForeign && gateway.options.sideRoutes(pathOf(target), request, response))
    return;
  const refused = unwelcome ?? foreign ?? checkEndpoint(method, target, ENDPOINT_PATH);
  if (refused !== undefined) {
    gateway.options.events.refused(refused.code, refused.status);
    sendRefusal(response, refused);
    return;
  }
  const outcome = gateway.options.auth().authenticate({
    authorization: fields.authorization,
    origin: `http://${fields.host}`,
  });
  if (outcome instanceof Promise) {
    // Nobody reads the body yet, so it waits in the socket; an explicit pause would hold for ever.
    outcome.then(
      (settled) => admitted(gateway, request, response, fields, settled),
      () =>
        sendRefusal(response, refusal(503, 'auth.issuer-unreachable', 'The caller cannot be verified now.')),
    );
  } else admitted(gateway, request, response, fields, outcome);
}

/** A person's browser following a link or a redirect: how every sign-in page is reached, also from another site. */
function isNavigation({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  );
}

function admitted(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
  fields: EdgeFields,
  outcome: AuthOutcome,
): void {
  if (!outcome.ok) {
    const text = outcome.status === 503 ? 'The caller cannot be verified now.' : 'A valid token is needed.';
    const code = fields.authorization === undefined ? 'auth.missing' : 'auth.invalid';
    gateway.options.events.refused(code, outcome.status, outcome.reason);
    const headers = { 'WWW-Authenticate': outcome.challenge };
    sendRefusal(response, refusal(outcome.status, code, text, { closes: true, headers }));
    return;
  }
  const edge: EdgeRequest = { gateway, request, response, fields, principal: outcome.principal };
  try {
    dispatch(edge);
  } catch (error) {
    answerFault(edge, error);
  }
}

function dispatch(edge: EdgeRequest): void {
  const { request, response, fields } = edge;
  if (request.method === 'POST') {
    const refused = checkPost(fields);
    if (refused === undefined) handlePost(edge);
    else sendRefusal(response, refused);
  } else if (fields.sessionId === undefined && fields.protocolVersion === MODERN_VERSION) {
    // The modern era has neither listening streams nor sessions to end (2026-07-28, transports).
    const text = 'This revision of the protocol uses POST only.';
    sendRefusal(response, refusal(405, 'request.method', text, { headers: { Allow: 'POST' } }));
  } else if (request.method === 'GET') openStream(edge);
  else removeSession(edge);
}

function openStream(edge: EdgeRequest): void {
  const refused = checkGet(edge.fields);
  const found = refused === undefined ? findSession(edge) : undefined;
  if (refused !== undefined) sendRefusal(edge.response, refused);
  else if (found?.ok === true) {
    noteUse(edge, found.session);
    if (!resumeCall(edge, found.session))
      found.session.listening.attach(edge.response, edge.fields.lastEventId);
  } else if (found !== undefined) sendRefusal(edge.response, found.refusal);
}

/** A client comes back to a call whose stream it lost; an event that nobody knows any more is said to be unknown. */
function resumeCall(edge: EdgeRequest, { resumption, inFlight }: ClientSession): boolean {
  const { lastEventId } = edge.fields;
  if (lastEventId === undefined || !resumption.isCallEvent(lastEventId)) return false;
  if (
    !resumption.resume(lastEventId, edge.response, [...inFlight.values()], edge.gateway.options.ports.now())
  ) {
    const text = 'This Last-Event-ID is not known here, or not any more: its stream cannot be resumed.';
    sendRefusal(edge.response, refusal(400, 'request.event-unknown', text));
  }
  return true;
}

function removeSession(edge: EdgeRequest): void {
  const found = findSession(edge);
  if (!found.ok) {
    sendRefusal(edge.response, found.refusal);
    return;
  }
  noteUse(edge, found.session);
  void edge.gateway.end(found.session, 'The client ended the session.').then(() => {
    edge.response.writeHead(204);
    edge.response.end();
  });
}
