import { memberAt } from '../../../shared/json/member-at.ts';
import { claimsModern } from '../../../shared/mcp/envelope.ts';
import { MODERN_VERSION } from '../../../shared/mcp/modern.ts';
import { paramHeadersOf } from '../../../shared/mcp/param-headers.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import { definitionText } from '../catalog/definitions.ts';
import { sendAccepted, sendJson, sendRefusal } from '../edge/answers.ts';
import type { ClientMessage } from '../edge/client-message.ts';
import type { EdgeRequest } from '../edge/handle-post.ts';
import { byNameHandler } from '../routing/by-name.ts';
import { progressTokenOf } from '../routing/forward.ts';
import { listHandler } from '../routing/lists.ts';
import { complete, unknownMethod } from '../routing/methods.ts';
import { readResource } from '../routing/resources.ts';
import { answerError, type ClientRequest, type RouteContext, type RouteHandler } from '../routing/route.ts';
import { aboutTask } from '../routing/tasks.ts';
import { type ClientSession, touch } from '../sessions/client-session.ts';
import { findAnchor } from './anchor.ts';
import { checkModernRequest, type ModernRefusal, mismatchedParam } from './check-request.ts';
import { discoverHandler } from './discover.ts';
import { listenHandler } from './listen-request.ts';
import { modernErrorText } from './modern-error.ts';
import { createModernRequest } from './modern-request.ts';

/** Whether a message is of the era without sessions: its body says so, or its version header does. */
export function isModern(message: ClientMessage, versionHeader: string | undefined): boolean {
  if (message.kind === 'response') return false;
  return (
    claimsModern(message.params) || (versionHeader === MODERN_VERSION && message.method !== 'initialize')
  );
}

/** Takes one message of the modern era; notifications have nothing to say to us over HTTP. */
export function handleModern(
  edge: EdgeRequest,
  message: Exclude<ClientMessage, { kind: 'response' }>,
): Promise<void> | undefined {
  const { gateway, request, response, principal: caller } = edge;
  if (message.kind === 'notification') {
    sendAccepted(response);
    return undefined;
  }
  const checked = checkModernRequest(message, request.rawHeaders);
  if (!checked.ok) {
    sendModernRefusal(edge, message, checked.refusal);
    return undefined;
  }
  const found = findAnchor(edge, checked.envelope);
  if (!found.ok) {
    sendRefusal(response, { ...found.refusal, idText: message.idText });
    return undefined;
  }
  const { session } = found;
  const { ports, events } = gateway.options;
  touch(session, ports.now());
  session.calls++;
  const context: RouteContext = {
    session,
    caller,
    message,
    response,
    now: ports.now,
    record: (call) => events.called(call),
    modern: createModernRequest(
      message,
      checked.envelope,
      caller,
      tokenTextOf(message),
      gateway.options.identity,
    ),
  };
  return handlerOf(edge, session, message)(context) ?? undefined;
}

/** The progress token as the client wrote it: another spelling of a number may be another number. */
function tokenTextOf(message: ClientRequest): string | undefined {
  if (progressTokenOf(message) === undefined) return undefined;
  const meta = memberAt(message.bytes, message.paramsRange, '_meta');
  const range = memberAt(message.bytes, meta, 'progressToken');
  return range && message.bytes.toString('utf8', range.start, range.end);
}

const HANDLERS: ReadonlyMap<string, RouteHandler> = new Map<string, RouteHandler>([
  ['tools/list', listHandler('tools')],
  ['prompts/list', listHandler('prompts')],
  ['prompts/get', byNameHandler('prompts')],
  ['resources/list', listHandler('resources')],
  ['resources/templates/list', listHandler('templates')],
  ['resources/read', readResource],
  ['completion/complete', complete],
  ['tasks/get', aboutTask],
  ['tasks/update', aboutTask],
  ['tasks/cancel', aboutTask],
]);

/** Methods that the modern revision took away: they are unknown, whatever a backend would say. */
const GONE = new Set([
  'initialize',
  'ping',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/list',
  'tasks/result',
]);

const gone: RouteHandler = (context) =>
  answerError(context, RPC.methodNotFound, 'This method is not known.', 'request.method-unknown');

function handlerOf(edge: EdgeRequest, session: ClientSession, { method }: ClientRequest): RouteHandler {
  if (method === 'tools/call') return callTool(edge);
  if (method === 'server/discover') return discoverHandler(edge.gateway);
  if (method === 'subscriptions/listen' && session.listens !== undefined)
    return listenHandler(session.listens);
  return GONE.has(method) ? gone : (HANDLERS.get(method) ?? unknownMethod);
}

/** Calls a tool once the headers that it wants repeated do repeat its arguments (SEP-2243). */
function callTool(edge: EdgeRequest): RouteHandler {
  const call = byNameHandler('tools');
  return async (context) => {
    const { session, caller, message } = context;
    const list = session.lists.current('tools') ?? (await session.lists.load('tools', caller));
    const entry = list.byName.get(String(message.params.name));
    const schema: unknown =
      entry === undefined ? undefined : Reflect.get(JSON.parse(definitionText(entry.item)), 'inputSchema');
    const values = message.params.arguments;
    const refusal = mismatchedParam(paramHeadersOf(schema), values, edge.request.rawHeaders);
    if (refusal === undefined) await call(context);
    else sendModernRefusal(edge, message, refusal);
  };
}

function sendModernRefusal(edge: EdgeRequest, message: ClientRequest, refused: ModernRefusal): void {
  const { rpcCode, message: text, data } = refused;
  edge.gateway.options.events.refused(refused.code, 400);
  sendJson(edge.response, 400, modernErrorText(message.idText, rpcCode, text, data));
}
