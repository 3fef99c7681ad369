import type { ElicitRequestFormParams, McpServer, ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { text } from './content-tools.ts';

type Form = ElicitRequestFormParams['requestedSchema'];

const NO_ARGUMENTS = z.object({});

/**
 * Tools that ask the client in the middle of a call, as sessions until 2025-11-25 allow. They ask by `send`, which
 * uses the stream of the call: the library's shorthands use the listening stream, and fail where it opens later.
 */
export function addAskingTools(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks the client to sample', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, context) => {
      const answer = await context.mcpReq.send({
        method: 'sampling/createMessage',
        params: { messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens: 100 },
      });
      const block = Array.isArray(answer.content) ? answer.content[0] : answer.content;
      return text(`LLM response: ${block?.type === 'text' ? block.text : ''}`);
    },
  );
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, context) => text(`User response: ${await ask(context, message, WHO)}`),
  );
  addForm(server, 'test_elicitation_sep1034_defaults', 'Asks with defaults', DEFAULTS);
  addForm(server, 'test_elicitation_sep1330_enums', 'Asks with every kind of choice', CHOICES);
}

function addForm(server: McpServer, name: string, description: string, form: Form): void {
  server.registerTool(name, { description, inputSchema: NO_ARGUMENTS }, async (_, context) =>
    text(`Elicitation completed: ${await ask(context, 'Please fill in the form', form)}`),
  );
}

async function ask(context: ServerContext, message: string, requestedSchema: Form): Promise<string> {
  const { action, content } = await context.mcpReq.send({
    method: 'elicitation/create',
    params: { mode: 'form', message, requestedSchema },
  });
  return `action=${action}, content=${JSON.stringify(content ?? {})}`;
}

const WHO: Form = {
  type: 'object',
  properties: {
    username: { type: 'string', description: "User's response" },
    email: { type: 'string', description: "User's email address" },
  },
  required: ['username', 'email'],
};

const DEFAULTS: Form = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
};

const titled = (kind: string) =>
  ['First', 'Second', 'Third'].map((word, at) => ({ const: `value${at + 1}`, title: `${word} ${kind}` }));

const CHOICES: Form = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: { type: 'string', oneOf: titled('Option') },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
    titledMulti: { type: 'array', items: { anyOf: titled('Choice') } },
  },
};
