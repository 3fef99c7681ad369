import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type BackendSession, createBackendSession } from './backend-session.ts';
import { answerOf, type Catalog, createCatalog } from './catalog.ts';
import type { Conversation } from './conversation.ts';
import { createHolds, type Hold } from './holds.ts';
import type { Intercept } from './interceptions.ts';
import { type ListenOptions, listen } from './listening.ts';
import { createRequestLog, describeRequest, type LoggedRequest, type RequestLog } from './request-log.ts';
import { type Splitting, sendInterception, sseEvent, writePieces } from './response-writing.ts';
import { errorText, messageText, type ReceivedMessage } from './rpc-message.ts';

/** How the backend speaks HTTP. Tests may change it while it runs. */
export interface HttpManners {
  /** How requests are answered; on `json` a handler's messages go to the listening stream. */
  answers: 'json' | 'sse';
  sessions: boolean;
  /** Whether GET opens a listening stream; else 405. */
  listenStream: boolean;
  /** Whether events carry ids. */
  eventIds: boolean;
  /** The first bytes of each listening stream, for instance `id: 0\nretry: 10\ndata:\n\n`. */
  preamble?: string;
  splitting?: Splitting;
  /** Headers on every honest answer. */
  extraHeaders: Record<string, string | string[]>;
  intercept?: Intercept;
  /** Answers by hand; true when it has taken the response over. For lies that node:http would not tell. */
  takeOver?: (request: LoggedRequest, response: ServerResponse) => boolean;
}

/** What to start. */
export type PlainBackendOptions = ListenOptions & {
  readonly catalog?: Partial<Catalog>;
  readonly manners?: Partial<HttpManners>;
};

/** A running plain backend. */
export interface PlainBackend extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly LoggedRequest[];
  readonly log: RequestLog;
  readonly catalog: Catalog;
  readonly manners: HttpManners;
  /** Ids of the sessions that live. */
  sessionIds(): string[];
  /** Forgets all sessions: the next request of each gets 404. Open streams end. */
  forgetSessions(): void;
  /** Sends a notification on the listening stream of every session (kept until there is a stream). */
  push(method: string, params?: unknown): void;
  /** Asks the client of the newest session on its listening stream. */
  ask(method: string, params: unknown): Promise<ReceivedMessage>;
  /** Cuts all listening streams without a goodbye. */
  dropStreams(): void;
  openStreams(): number;
  hold(method: string): Hold;
  close(): Promise<void>;
}

/** Starts a Streamable HTTP server of the legacy era, by hand on node:http, honest unless told otherwise. */
export async function startPlainBackend(options: PlainBackendOptions = {}): Promise<PlainBackend> {
  const catalog = createCatalog(options.catalog);
  const manners: HttpManners = {
    answers: 'json',
    sessions: true,
    listenStream: true,
    eventIds: false,
    extraHeaders: {},
    ...options.manners,
  };
  const log = createRequestLog();
  const holds = createHolds();
  const sessions = new Map<string, BackendSession>();
  let newest = createBackendSession(undefined);

  const serve = async (request: LoggedRequest, response: ServerResponse): Promise<void> => {
    const refusal = manners.intercept?.(request);
    if (refusal) return sendInterception(response, refusal);
    if (manners.takeOver?.(request, response)) return;
    if (request.rpc?.method === 'initialize') {
      newest = createBackendSession(manners.sessions ? randomUUID() : undefined);
      if (newest.id !== undefined) sessions.set(newest.id, newest);
      return answer(request, response, newest);
    }
    const id = request.header('mcp-session-id');
    const session = manners.sessions ? sessions.get(id ?? '') : newest;
    if (!session) return refuse(response, id === undefined ? 400 : 404, 'no such session');
    if (request.httpMethod === 'GET') return listenOn(session, response);
    if (request.httpMethod === 'DELETE') {
      sessions.delete(id ?? '');
      session.end();
      return void response.writeHead(204).end();
    }
    if (!request.rpc) return refuse(response, 400, 'no message');
    return answer(request, response, session);
  };

  const listenOn = (session: BackendSession, response: ServerResponse): void => {
    if (!manners.listenStream) {
      refuse(response, 405, 'no listening stream here');
      return;
    }
    const { eventIds, preamble } = manners;
    session.attach(response, { eventIds, ...(preamble === undefined ? {} : { preamble }) });
  };

  const answer = async (
    request: LoggedRequest,
    response: ServerResponse,
    session: BackendSession,
  ): Promise<void> => {
    const message = request.rpc as ReceivedMessage;
    const headers = {
      ...manners.extraHeaders,
      ...(session.id === undefined ? {} : { 'mcp-session-id': session.id }),
    };
    if (message.method === undefined) session.questions.settle(message);
    if (message.method === undefined || message.idText === undefined) {
      return void response.writeHead(202, headers).end();
    }
    const streaming = manners.answers === 'sse';
    response.writeHead(200, {
      'content-type': streaming ? 'text/event-stream' : 'application/json',
      ...headers,
    });
    if (streaming) response.flushHeaders();
    const own = (text: string): void => void response.write(sseEvent(text));
    await holds.pass(request);
    const text = await answerOf(catalog, message, converse(request, session, streaming ? own : session.push));
    await writePieces(response, streaming ? sseEvent(text) : Buffer.from(text), manners.splitting);
    response.end();
  };

  const server = await listen((incoming, response) => {
    describeRequest(incoming)
      .then((request) => {
        log.add(request);
        return serve(request, response);
      })
      // The peer cut the request off or a handler of the test failed: either shows as a broken connection.
      .catch((error: unknown) => response.destroy(error as Error));
  }, options);

  return {
    url: `${server.origin}/mcp`,
    port: server.port,
    requests: log.entries,
    log,
    catalog,
    manners,
    sessionIds: () => [...sessions.keys()],
    forgetSessions: () => {
      for (const session of sessions.values()) session.end();
      sessions.clear();
    },
    push: (method, params = {}) => {
      for (const session of manners.sessions ? sessions.values() : [newest]) {
        session.push(messageText(method, params));
      }
    },
    ask: (method, params) => newest.questions.ask(newest.push, method, params),
    dropStreams: () => {
      for (const session of [newest, ...sessions.values()])
        for (const stream of session.streams) stream.destroy();
    },
    openStreams: () => new Set([newest, ...sessions.values()].flatMap(({ streams }) => [...streams])).size,
    hold: holds.hold,
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}

function converse(
  request: LoggedRequest,
  session: BackendSession,
  own: (text: string) => void,
): Conversation {
  return {
    request,
    notify: (method, params, via = 'request') =>
      (via === 'listen' ? session.push : own)(messageText(method, params)),
    ask: (method, params, via = 'request') =>
      session.questions.ask(via === 'listen' ? session.push : own, method, params),
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = errorText('null', { code: status === 404 ? -32001 : -32000, message });
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}
