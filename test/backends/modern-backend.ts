import type { ServerResponse } from 'node:http';
import { type ListenOptions, listen } from './listening.ts';
import { createRequestLog, describeRequest, type LoggedRequest, type RequestLog } from './request-log.ts';
import { sseEvent } from './response-writing.ts';
import { answerText, errorText, messageText, RpcFailure } from './rpc-message.ts';

/** One request under way at a {@link startModernBackend}. */
export interface ModernCall {
  readonly request: LoggedRequest;
  readonly params: Record<string, unknown>;
  /** Sends a notification on the request's own stream, which makes the answer an event stream. */
  notify(method: string, params: unknown): void;
  /** Resolves when the connection is gone or the answer is out. */
  readonly closed: Promise<void>;
}

export type ModernHandler = (call: ModernCall) => object | Promise<object>;

/** A server of 2026-07-28 by hand: it answers what the handlers say and keeps every request for inspection. */
export interface ModernBackend extends AsyncDisposable {
  readonly url: string;
  readonly log: RequestLog;
  readonly handlers: Record<string, ModernHandler>;
}

/** Starts it. `server/discover` and an endless `subscriptions/listen` are there unless given. */
export async function startModernBackend(
  handlers: Record<string, ModernHandler>,
  options: ListenOptions = {},
): Promise<ModernBackend> {
  const log = createRequestLog();
  const all: Record<string, ModernHandler> = {
    'server/discover': () => ({
      ...COMPLETE,
      supportedVersions: ['2026-07-28'],
      capabilities: capabilitiesOf(all),
      ttlMs: 0,
      cacheScope: 'private',
    }),
    'subscriptions/listen': acknowledge,
    ...handlers,
  };
  const server = await listen((incoming, response) => {
    describeRequest(incoming)
      .then((request) => {
        log.add(request);
        return answer(all, request, response);
      })
      .catch((error: unknown) => response.destroy(error as Error));
  }, options);
  return { url: `${server.origin}/mcp`, log, handlers: all, [Symbol.asyncDispose]: server.close };
}

export const COMPLETE = { resultType: 'complete' } as const;

/** A list of tools, or of anything else, with its caching. */
export function listed(member: string, items: readonly object[], ttlMs = 0, cacheScope = 'private') {
  return { ...COMPLETE, ttlMs, cacheScope, [member]: items };
}

/** Acknowledges a listening request and keeps it open until it is closed. */
export const acknowledge: ModernHandler = async ({ params, notify, closed }) => {
  notify('notifications/subscriptions/acknowledged', { notifications: params.notifications });
  await closed;
  return COMPLETE;
};

function capabilitiesOf(handlers: Record<string, ModernHandler>) {
  return {
    logging: {},
    ...('tools/list' in handlers ? { tools: { listChanged: true } } : {}),
    ...('resources/list' in handlers ? { resources: { listChanged: true, subscribe: true } } : {}),
  };
}

async function answer(
  handlers: Record<string, ModernHandler>,
  request: LoggedRequest,
  response: ServerResponse,
): Promise<void> {
  const { rpc } = request;
  const id = rpc?.idText ?? 'null';
  const handler = handlers[rpc?.method ?? ''];
  if (request.header('mcp-protocol-version') !== '2026-07-28') {
    const error = { code: -32022, message: 'unsupported', data: { supported: ['2026-07-28'] } };
    response.writeHead(400, JSON_TYPE).end(errorText(id, error));
    return;
  }
  if (rpc === undefined || handler === undefined) {
    response.writeHead(404, JSON_TYPE).end(errorText(id, { code: -32601, message: 'unknown' }));
    return;
  }
  const closed = new Promise<void>((resolve) => response.once('close', resolve));
  const notify = (method: string, params: unknown): void => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(sseEvent(messageText(method, params)));
  };
  try {
    const text = answerText(id, await handler({ request, params: rpc.params, notify, closed }));
    if (response.headersSent) response.end(sseEvent(text));
    else response.writeHead(200, JSON_TYPE).end(text);
  } catch (error) {
    if (!(error instanceof RpcFailure)) throw error;
    const { code, message, data } = error;
    response.writeHead(400, JSON_TYPE).end(errorText(id, { code, message, data }));
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** What a server with the tasks extension says of itself. */
export const discoverTasks: ModernHandler = () => ({
  ...COMPLETE,
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } },
  ttlMs: 0,
  cacheScope: 'private',
});

/** Acknowledges all that is listened to, and keeps in `listening` how to notify those who listen to this resource. */
export function listenTo(uri: string, listening: Set<ModernCall['notify']>): ModernHandler {
  return async (call) => {
    if (JSON.stringify(call.params.notifications).includes(uri)) listening.add(call.notify);
    const ended = await acknowledge(call);
    listening.delete(call.notify);
    return ended;
  };
}
