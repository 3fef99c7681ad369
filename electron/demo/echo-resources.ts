import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { text } from './echo-tools.ts';
import type { Greeting } from './greeting.ts';

const GREETING_URI = 'echo://greeting';
const NAMES = ['Ada', 'Alan', 'Barbara', 'Grace', 'Linus'];

/** Adds the prompt `greet {name}`, whose argument completes. */
export function addGreetPrompt(server: McpServer): void {
  const name = completable(z.string(), (start) =>
    NAMES.filter((known) => known.toLowerCase().startsWith(start.toLowerCase())),
  );
  server.registerPrompt(
    'greet',
    { description: 'Greets somebody by name.', argsSchema: { name } },
    (args) => ({
      messages: [{ role: 'user', content: { type: 'text', text: `Please greet ${args.name}.` } }],
    }),
  );
}

/** Adds the greeting, its subscription, the tool `touch` that changes it, and the template that echoes its URI. */
export function addEchoResources(server: McpServer, greeting: Greeting): void {
  server.registerResource('greeting', GREETING_URI, { mimeType: 'text/plain' }, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'text/plain', text: greeting.read() }],
  }));
  const template = new ResourceTemplate('echo://message/{text}', { list: undefined });
  server.registerResource('message', template, { mimeType: 'text/plain' }, (uri, { text: part }) => ({
    contents: [{ uri: uri.href, mimeType: 'text/plain', text: decoded(String(part)) }],
  }));
  server.registerTool(
    'touch',
    { description: `Changes ${GREETING_URI}; subscribers are told.`, inputSchema: {} },
    async () => text(`told ${await greeting.touch()} subscribers`),
  );
  serveSubscription(server, greeting);
}

/** Subscriptions live as long as their session: its close ends them. */
function serveSubscription(server: McpServer, greeting: Greeting): void {
  let unsubscribe = (): void => undefined;
  server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => {
    if (params.uri === GREETING_URI) {
      unsubscribe();
      unsubscribe = greeting.subscribe(() => server.server.sendResourceUpdated({ uri: GREETING_URI }));
    }
    return {};
  });
  server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
    if (params.uri === GREETING_URI) unsubscribe();
    return {};
  });
  server.server.onclose = () => unsubscribe();
}

/** A part of a URI in plain text; as it stands where its percent encoding is broken. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
