import { completable, inputRequired, type McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { answered, elicit } from './input-tools.ts';
import { RED_PIXEL } from './samples.ts';

const said = (text: string) => ({ role: 'user' as const, content: { type: 'text' as const, text } });
const words = ['paris', 'park', 'party'];
const word = () => completable(z.string(), (typed) => words.filter((one) => one.startsWith(typed)));

/** The prompts that the suite asks for. */
export function addPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'A prompt without arguments' }, () => ({
    messages: [said('This is a simple prompt for testing.')],
  }));
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'A prompt with two arguments', argsSchema: z.object({ arg1: word(), arg2: word() }) },
    ({ arg1, arg2 }) => ({
      messages: [said(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)],
    }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'A prompt with a resource in it', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => ({
      messages: [
        {
          role: 'user',
          content: {
            type: 'resource',
            resource: {
              uri: resourceUri,
              mimeType: 'text/plain',
              text: 'Embedded resource content for testing.',
            },
          },
        },
        said('Please process the embedded resource above.'),
      ],
    }),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'A prompt with an image in it' }, () => ({
    messages: [
      { role: 'user', content: { type: 'image', data: RED_PIXEL, mimeType: 'image/png' } },
      said('Please analyze the image above.'),
    ],
  }));
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'A prompt that asks for input first' },
    (context) => {
      const given = answered(context, 'user_context')?.context;
      if (typeof given === 'string') return { messages: [said(`Mind this: ${given}`)] };
      const question = elicit('What context should the prompt use?', { context: { type: 'string' } });
      return inputRequired({ inputRequests: { user_context: question } });
    },
  );
}
