import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { AuthOutcome } from '../../auth/incoming/incoming-auth.ts';
import type { Gateway } from '../gateway.ts';
import { touch } from '../sessions/client-session.ts';
import { findSession } from '../sessions/find-session.ts';
import { admit, checkEndpoint, checkGet, checkPost, type EdgeSettings, pathOf } from './admission.ts';
import { sendRefusal } from './answers.ts';
import { type EdgeFields, readEdgeFields } from './fields.ts';
import { type EdgeRequest, handlePost } from './handle-post.ts';
import { refusal } from './refusal.ts';

export const ENDPOINT_PATH = '/mcp';

const MAX_HEADER_BYTES = 16 * 1024;

/** RES-01: how long a client may take for a message, in ms; `checkMs` is how often slow ones are looked for. */
export interface Patience {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  readonly keepAliveMs: number;
}

const PATIENCE: Patience = { headersMs: 15_000, requestMs: 60_000, checkMs: 1_000, keepAliveMs: 65_000 };

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
 * Puts the gateway on 127.0.0.1 (or ::1). Rejects with the system's error, EADDRINUSE for a taken port: never another
 * port in silence (NET-04, threats.md 1.2).
 */
export async function listen(
  gateway: Gateway,
  port: number,
  host: '127.0.0.1' | '::1',
  patience: Patience = PATIENCE,
): Promise<Listener> {
  const server = createServer({
    // TRN-07
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: patience.headersMs,
    requestTimeout: patience.requestMs,
    connectionsCheckingInterval: patience.checkMs,
    keepAliveTimeout: patience.keepAliveMs,
    noDelay: true,
  });
  // Node's default drops fields after the first thousand in silence; we count ourselves (threats.md section 0.7).
  server.maxHeadersCount = 0;
  server.on('clientError', answerBrokenRequest);
  await bind(server, port, host);
  const bound = (server.address() as AddressInfo).port;
  server.on('request', (request, response) => handle(gateway, bound, host, request, response));
  const authority = host === '::1' ? `[::1]:${bound}` : `127.0.0.1:${bound}`;
  return {
    port: bound,
    host,
    url: `http://${authority}${ENDPOINT_PATH}`,
    stopAccepting: () => new Promise((resolve) => server.close(() => resolve())),
    close: () => server.closeAllConnections(),
  };
}

function bind(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** What Node's parser refuses: 431 for oversize header sections, 408 for slow requests, 400 for all else. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function handle(
  gateway: Gateway,
  port: number,
  host: '127.0.0.1' | '::1',
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const fields = readEdgeFields(request.rawHeaders);
  const settings: EdgeSettings = {
    port,
    host,
    allowedOrigins: gateway.options.config().gateway.allowedOrigins,
  };
  const method = request.method ?? '';
  const target = request.url ?? '';
  const unwelcome = admit(target, fields, settings);
  if (unwelcome === undefined && gateway.options.sideRoutes(pathOf(target), request, response)) return;
  const refused = unwelcome ?? checkEndpoint(method, target, ENDPOINT_PATH);
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
    gateway.options.events.refused(code, outcome.status);
    const headers = { 'WWW-Authenticate': outcome.challenge };
    sendRefusal(response, refusal(outcome.status, code, text, { closes: true, headers }));
    return;
  }
  const edge: EdgeRequest = { gateway, request, response, fields, principal: outcome.principal };
  if (request.method === 'POST') {
    const refused = checkPost(fields);
    if (refused === undefined) handlePost(edge);
    else sendRefusal(response, refused);
  } else if (request.method === 'GET') openStream(edge);
  else removeSession(edge);
}

function openStream(edge: EdgeRequest): void {
  const refused = checkGet(edge.fields);
  const found = refused === undefined ? findSession(edge) : undefined;
  if (refused !== undefined) sendRefusal(edge.response, refused);
  else if (found?.ok === true) {
    touch(found.session, edge.gateway.options.ports.now());
    found.session.listening.attach(edge.response, edge.fields.lastEventId);
  } else if (found !== undefined) sendRefusal(edge.response, found.refusal);
}

function removeSession(edge: EdgeRequest): void {
  const found = findSession(edge);
  if (!found.ok) {
    sendRefusal(edge.response, found.refusal);
    return;
  }
  void edge.gateway.end(found.session, 'The client ended the session.').then(() => {
    edge.response.writeHead(204);
    edge.response.end();
  });
}
