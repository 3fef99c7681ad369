import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { text } from './echo-tools.ts';

/** People answer in their own time; the library's default of 60 s would cut them off. */
const PATIENCE_MS = 10 * 60_000;

/** Adds the tools that turn to the caller: `ask` (elicitation) and `sample` (sampling). */
export function addCallerTools(server: McpServer): void {
  server.registerTool(
    'ask',
    {
      description: 'Asks the person at the client a question and answers with their answer.',
      inputSchema: { question: z.string() },
    },
    async ({ question }, extra) => {
      const reply = await server.server.elicitInput(
        {
          message: question,
          requestedSchema: {
            type: 'object',
            properties: { answer: { type: 'string', title: 'Answer' } },
            required: ['answer'],
          },
        },
        { relatedRequestId: extra.requestId, signal: extra.signal, timeout: PATIENCE_MS },
      );
      return text(reply.action === 'accept' ? String(reply.content?.answer) : `no answer: ${reply.action}`);
    },
  );
  server.registerTool(
    'sample',
    {
      description: "Has the client's model continue a prompt and answers with its text.",
      inputSchema: { prompt: z.string() },
    },
    async ({ prompt }, extra) => {
      const reply = await server.server.createMessage(
        { messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens: 256 },
        { relatedRequestId: extra.requestId, signal: extra.signal, timeout: PATIENCE_MS },
      );
      return text(reply.content.type === 'text' ? reply.content.text : `(${reply.content.type})`);
    },
  );
}
