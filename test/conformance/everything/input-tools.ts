import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  type InputRequest,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { text } from './content-tools.ts';

/** What a tool that needs several rounds remembers between them. */
interface State {
  readonly tool: string;
  readonly round: number;
}

// Every request of the modern era meets a fresh server, so that the key belongs to the process.
const codec = createRequestStateCodec<State>({ key: crypto.getRandomValues(new Uint8Array(32)) });

/** Checks that a state comes from us; the server refuses the call otherwise (MRTR, server requirements). */
export const verifyState = codec.verify;

type Answer = CallToolResult | InputRequiredResult;

const NO_ARGUMENTS = z.object({});

const askName = elicit('What is your name?', { name: { type: 'string' } });
const askConfirmation = elicit('Please confirm', { ok: { type: 'boolean' } });
const askColor = elicit('Step 2: What is your favorite color?', { color: { type: 'string' } });

/** Tools that answer "input required" until they have what they need (2026-07-28, MRTR). */
export function addInputTools(server: McpServer): void {
  const add = (name: string, run: (context: ServerContext) => Answer | Promise<Answer>): void => {
    server.registerTool(
      name,
      { description: 'Asks for input in rounds', inputSchema: NO_ARGUMENTS },
      (_, context) => run(context),
    );
  };
  add('test_input_required_result_elicitation', (context) => {
    const name = answered(context, 'user_name')?.name;
    return typeof name === 'string'
      ? text(`Hello, ${name}!`)
      : inputRequired({ inputRequests: { user_name: askName } });
  });
  add('test_streaming_elicitation', () => inputRequired({ inputRequests: { user_name: askName } }));
  add('test_input_required_result_sampling', (context) => {
    const answer = inputResponse(context.mcpReq.inputResponses, 'capital_question');
    if (answer.kind === 'sampling') return text(JSON.stringify(answer.result.content));
    return inputRequired({
      inputRequests: { capital_question: sample('What is the capital of France?', 100) },
    });
  });
  // The library refuses with -32021 where the client did not say that it can sample.
  add('test_missing_capability', () =>
    inputRequired({ inputRequests: { greeting: sample('Generate a greeting', 50) } }),
  );
  add('test_input_required_result_list_roots', (context) => {
    const answer = inputResponse(context.mcpReq.inputResponses, 'client_roots');
    if (answer.kind === 'roots') return text(answer.roots.map(({ uri }) => uri).join(', '));
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  add('test_input_required_result_request_state', (context) => confirmed(context, 'request_state'));
  add('test_input_required_result_tampered_state', (context) => confirmed(context, 'tampered_state'));
  add('test_input_required_result_multiple_inputs', manyInputs);
  add('test_input_required_result_multi_round', threeRounds);
  add('test_input_required_result_capabilities', (context) => {
    const able = context.mcpReq.envelope as Record<string, unknown> | undefined;
    const capabilities = (able?.[CLIENT_CAPABILITIES_META_KEY] ?? {}) as Record<string, unknown>;
    return inputRequired({
      inputRequests: {
        ...('elicitation' in capabilities ? { user_name: askName } : {}),
        ...('sampling' in capabilities ? { greeting: sample('Generate a greeting', 50) } : {}),
      },
    });
  });
}

async function confirmed(context: ServerContext, tool: string): Promise<Answer> {
  const state = context.mcpReq.requestState<State>();
  if (state?.tool === tool && answered(context, 'confirm') !== undefined) return text('state-ok');
  return inputRequired({
    inputRequests: { confirm: askConfirmation },
    requestState: await codec.mint({ tool, round: 1 }),
  });
}

async function manyInputs(context: ServerContext): Promise<Answer> {
  const { inputResponses } = context.mcpReq;
  const kinds = ['user_name', 'greeting', 'client_roots'].map(
    (key) => inputResponse(inputResponses, key).kind,
  );
  const complete = kinds.join() === 'elicit,sampling,roots';
  if (complete && context.mcpReq.requestState<State>()?.tool === 'many') return text('All three came');
  return inputRequired({
    inputRequests: {
      user_name: askName,
      greeting: sample('Generate a greeting', 50),
      client_roots: inputRequired.listRoots(),
    },
    requestState: await codec.mint({ tool: 'many', round: 1 }),
  });
}

async function threeRounds(context: ServerContext): Promise<Answer> {
  const round = context.mcpReq.requestState<State>()?.round ?? 0;
  if (round === 2 && answered(context, 'step2') !== undefined) return text('All rounds are done');
  const isSecond = round === 1 && answered(context, 'step1') !== undefined;
  return inputRequired({
    inputRequests: isSecond
      ? { step2: askColor }
      : { step1: elicit('Step 1: What is your name?', { name: { type: 'string' } }) },
    requestState: await codec.mint({ tool: 'rounds', round: isSecond ? 2 : 1 }),
  });
}

/** The content of an accepted form, `undefined` for anything else. */
export function answered(context: ServerContext, key: string): Record<string, unknown> | undefined {
  const answer = inputResponse(context.mcpReq.inputResponses, key);
  return answer.kind === 'elicit' && answer.action === 'accept' ? answer.content : undefined;
}

/** A form with required fields. */
export function elicit(
  message: string,
  properties: Record<string, { type: 'string' } | { type: 'boolean' }>,
): InputRequest {
  const required = Object.keys(properties);
  return inputRequired.elicit({ message, requestedSchema: { type: 'object', properties, required } });
}

function sample(prompt: string, maxTokens: number): InputRequest {
  return inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
    maxTokens,
  });
}
