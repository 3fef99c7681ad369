import type { Conversation } from './conversation.ts';
import { type ReceivedMessage, type Result, RpcFailure } from './rpc-message.ts';

/** Answers one tool call; `args` are the parsed arguments. */
export type ToolHandler = (
  args: Record<string, unknown>,
  conversation: Conversation,
  message: ReceivedMessage,
) => Result | Promise<Result>;

/** A tool result of one text. */
export function textResult(text: string): Result {
  return { content: [{ type: 'text', text }] };
}

/**
 * What every test backend can do unless a test says otherwise: `echo` (the message), `headers` (those of the HTTP
 * request, as JSON), `progress` (three notices), `ask`, `sample` and `roots` (requests to the client, on the
 * stream that the argument `via` names), `fail`.
 */
export const standardTools: Record<string, ToolHandler> = {
  echo: ({ message }) => textResult(String(message)),
  headers: (_args, { request }) => textResult(JSON.stringify(request?.rawHeaders ?? [])),
  progress: (_args, { notify }, { params }) => {
    const { progressToken } = (params._meta ?? {}) as { progressToken?: unknown };
    for (const progress of [1, 2, 3]) notify('notifications/progress', { progressToken, progress, total: 3 });
    return textResult('done');
  },
  ask: async ({ question, via }, { ask }) => {
    const requestedSchema = { type: 'object', properties: { answer: { type: 'string' } } };
    const params = { message: String(question), requestedSchema };
    return replyOf(await ask('elicitation/create', params, viaOf(via)));
  },
  sample: async ({ prompt, via }, { ask }) => {
    const messages = [{ role: 'user', content: { type: 'text', text: String(prompt) } }];
    return replyOf(await ask('sampling/createMessage', { messages, maxTokens: 10 }, viaOf(via)));
  },
  roots: async ({ via }, { ask }) => replyOf(await ask('roots/list', {}, viaOf(via))),
  fail: () => ({ content: [{ type: 'text', text: 'it failed' }], isError: true }),
};

/** A `tools/call` handler over named tools. */
export function callOneOf(tools: Record<string, ToolHandler>) {
  return (message: ReceivedMessage, conversation: Conversation): Result | Promise<Result> => {
    const { name, arguments: args = {} } = message.params as { name?: string; arguments?: object };
    const handler = Object.hasOwn(tools, String(name)) ? tools[String(name)] : undefined;
    if (!handler) throw new RpcFailure(-32602, `Unknown tool: ${String(name)}`);
    return handler(args as Record<string, unknown>, conversation, message);
  };
}

/** The list entries of named tools; each takes any object. */
export function describeTools(names: readonly string[]): object[] {
  return names.map((name) => ({ name, description: `The tool ${name}.`, inputSchema: { type: 'object' } }));
}

function viaOf(via: unknown): 'request' | 'listen' {
  return via === 'listen' ? 'listen' : 'request';
}

function replyOf(response: ReceivedMessage): Result {
  return textResult(JSON.stringify(response.error ?? response.result));
}
