import type { Conversation } from './conversation.ts';
import { answerText, errorText, type ReceivedMessage, type Result, RpcFailure } from './rpc-message.ts';
import { callOneOf, describeTools, standardTools, type ToolHandler } from './tool-calls.ts';

/** Answers one JSON-RPC request; a string is the JSON text of the result. Throws {@link RpcFailure} for an error. */
export type Handler = (message: ReceivedMessage, conversation: Conversation) => Result | Promise<Result>;

/** The entries of one list, or their array as JSON text where spellings matter (then it is one page). */
export type Listed = readonly object[] | string;

/** What a test backend offers. Tests may change it while it runs. */
export interface Catalog {
  serverInfo: { name: string; version: string };
  protocolVersion: string;
  capabilities: object;
  instructions?: string;
  /** What the tools do. `tools` says what is listed, which may be something else. */
  toolHandlers: Record<string, ToolHandler>;
  tools: Listed;
  prompts: Listed;
  resources: Listed;
  resourceTemplates: Listed;
  /** Entries on one page; all by default. */
  pageSize?: number;
  /** `repeating` gives the same cursor for ever, `endless` a new one for ever. */
  cursors: 'honest' | 'repeating' | 'endless';
  /** Handlers by method that replace or complete the standard ones. */
  handlers: Record<string, Handler>;
}

/** A complete, honest legacy server, with these changes. */
export function createCatalog(changes: Partial<Catalog> = {}): Catalog {
  const toolHandlers = changes.toolHandlers ?? standardTools;
  return {
    serverInfo: { name: 'test-backend', version: '1.0.0' },
    protocolVersion: '2025-11-25',
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      completions: {},
      logging: {},
    },
    tools: describeTools(Object.keys(toolHandlers)),
    prompts: [{ name: 'greet', arguments: [{ name: 'name', required: true }] }],
    resources: [{ uri: 'test://one', name: 'one', mimeType: 'text/plain' }],
    resourceTemplates: [{ uriTemplate: 'test://item/{id}', name: 'item' }],
    cursors: 'honest',
    handlers: {},
    ...changes,
    toolHandlers,
  };
}

/** The JSON text that answers a request: a result or an error. */
export async function answerOf(
  catalog: Catalog,
  message: ReceivedMessage,
  conversation: Conversation,
): Promise<string> {
  const idText = message.idText ?? 'null';
  const method = message.method ?? '';
  const handler = Object.hasOwn(catalog.handlers, method)
    ? catalog.handlers[method]
    : standardHandler(catalog, method);
  try {
    if (!handler) throw new RpcFailure(-32601, `Method not found: ${method}`);
    return answerText(idText, await handler(message, conversation));
  } catch (error) {
    const { code = -32603, message: text, data } = error as Partial<RpcFailure> & Error;
    return errorText(idText, { code, message: text, ...(data === undefined ? {} : { data }) });
  }
}

function standardHandler(catalog: Catalog, method: string): Handler | undefined {
  const handlers: Record<string, Handler> = {
    initialize: () => {
      const { protocolVersion, capabilities, serverInfo, instructions } = catalog;
      return {
        protocolVersion,
        capabilities,
        serverInfo,
        ...(instructions === undefined ? {} : { instructions }),
      };
    },
    ping: () => ({}),
    'tools/list': ({ params }) => page(catalog, 'tools', params),
    'prompts/list': ({ params }) => page(catalog, 'prompts', params),
    'resources/list': ({ params }) => page(catalog, 'resources', params),
    'resources/templates/list': ({ params }) => page(catalog, 'resourceTemplates', params),
    'tools/call': callOneOf(catalog.toolHandlers),
    'prompts/get': ({ params }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: JSON.stringify(params.arguments ?? {}) } }],
    }),
    'resources/read': ({ params }) => ({
      contents: [{ uri: params.uri, text: `text of ${String(params.uri)}` }],
    }),
    'resources/subscribe': () => ({}),
    'resources/unsubscribe': () => ({}),
    'completion/complete': () => ({ completion: { values: ['one', 'two'], total: 2, hasMore: false } }),
    'logging/setLevel': () => ({}),
  };
  return Object.hasOwn(handlers, method) ? handlers[method] : undefined;
}

type ListName = 'tools' | 'prompts' | 'resources' | 'resourceTemplates';

function page(catalog: Catalog, list: ListName, params: Record<string, unknown>): Result {
  const entries = catalog[list];
  if (typeof entries === 'string') return `{"${list}":${entries}}`;
  const cursor = params.cursor === undefined ? 0 : Number(params.cursor);
  if (catalog.cursors === 'repeating') return { [list]: entries, nextCursor: '1' };
  if (catalog.cursors === 'endless') return { [list]: entries, nextCursor: String(cursor + 1) };
  if (!Number.isSafeInteger(cursor)) throw new RpcFailure(-32602, 'Invalid cursor');
  const end = cursor + (catalog.pageSize ?? Number.POSITIVE_INFINITY);
  return { [list]: entries.slice(cursor, end), ...(end < entries.length ? { nextCursor: String(end) } : {}) };
}
