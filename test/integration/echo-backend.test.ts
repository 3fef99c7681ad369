import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EchoBackend, startEchoBackend } from '../../electron/demo/echo-backend.ts';
import { connectV1, connectV2 } from '../support/clients.ts';
import { exchange } from '../support/http-exchange.ts';
import { runInspectorCli } from '../support/inspector.ts';
import { createLatch } from '../support/latch.ts';
import { runScript, startScript } from '../support/processes.ts';
import { openSession, postMessage, type RpcMessage } from '../support/session.ts';

const MAIN = fileURLToPath(new URL('../../electron/demo/main.ts', import.meta.url));
const TOOLS = ['ask', 'big', 'echo', 'headers', 'sample', 'slow', 'touch'];

let echo: EchoBackend;
beforeAll(async () => {
  echo = await startEchoBackend();
});
afterAll(() => echo.close());

const FOREIGN = [
  ['SDK 1', connectV1],
  ['SDK 2', connectV2],
] as const;

describe.each(FOREIGN)('the echo backend, driven by the client of %s', (_name, connect) => {
  test('lists its tools, prompt, resource and template', async () => {
    await using connected = await connect(echo.url);
    const { client } = connected;
    const tools = await client.listTools();
    const prompts = await client.listPrompts();
    const resources = await client.listResources();
    const templates = await client.listResourceTemplates();
    expect({
      tools: tools.tools.map((tool) => tool.name).sort(),
      prompts: prompts.prompts.map((prompt) => prompt.name),
      resources: resources.resources.map((resource) => resource.uri),
      templates: templates.resourceTemplates.map((template) => template.uriTemplate),
    }).toEqual({
      tools: TOOLS,
      prompts: ['greet'],
      resources: ['echo://greeting'],
      templates: ['echo://message/{text}'],
    });
  });

  test('asks the person and the model of its caller', async () => {
    await using connected = await connect(echo.url, {
      onElicit: (question) => `answer to ${question}`,
      onSample: (prompt) => `more of ${prompt}`,
    });
    const asked = await connected.client.callTool({ name: 'ask', arguments: { question: 'why' } });
    const sampled = await connected.client.callTool({ name: 'sample', arguments: { prompt: 'this' } });
    expect([asked.content, sampled.content]).toEqual([
      [{ type: 'text', text: 'answer to why' }],
      [{ type: 'text', text: 'more of this' }],
    ]);
  });

  test('greets by prompt, completes the name and reads both kinds of resource', async () => {
    await using connected = await connect(echo.url);
    const { client } = connected;
    const prompt = await client.getPrompt({ name: 'greet', arguments: { name: 'Ada' } });
    const ref = { type: 'ref/prompt', name: 'greet' } as const;
    const completion = await client.complete({ ref, argument: { name: 'name', value: 'a' } });
    const message = await client.readResource({ uri: 'echo://message/a%20b' });
    expect([prompt.messages[0]?.content, completion.completion.values, message.contents[0]]).toEqual([
      { type: 'text', text: 'Please greet Ada.' },
      ['Ada', 'Alan'],
      { uri: 'echo://message/a%20b', mimeType: 'text/plain', text: 'a b' },
    ]);
  });
});

describe('the echo backend, driven by the Inspector', () => {
  test('answers its command line', async () => {
    const listed = await runInspectorCli(echo.url, ['--method', 'tools/list']);
    const call = ['--method', 'tools/call', '--tool-name', 'echo', '--tool-args-json', '{"message":"hi"}'];
    const called = await runInspectorCli(echo.url, call);
    expect([
      listed.json.result.tools.map((tool: { name: string }) => tool.name).sort(),
      called.json.result.content,
    ]).toEqual([TOOLS, [{ type: 'text', text: 'hi' }]]);
  });
});

describe('the echo backend on the wire', () => {
  test('shows the headers of this very request, bytes and order kept', async () => {
    const session = await openSession(echo.url, { headers: [['X-Session', 'always']] });
    const headers = [
      ['X-Two', 'a'],
      ['x-two', 'b,c'],
      ['X-Latin', 'caf\u00e9 \u00ff'],
    ] as const;
    const reply = await session.call('headers', {}, { headers });
    const seen = JSON.parse(reply.message.result.content[0].text);
    expect(seen).toMatchObject({ 'x-session': 'always', 'x-two': 'a, b,c', 'x-latin': 'caf\u00e9 \u00ff' });
    const later = JSON.parse((await session.call('headers')).message.result.content[0].text);
    expect(later).not.toHaveProperty('x-two');
  });

  test.each([
    ['a line separator', '\u2028\u2029'],
    ['NUL and controls', '\u0000\u0001\r\n\t'],
    ['a lone surrogate', 'a\ud800b'],
    ['a pair and accents', '\u{1f600} \u00e9'],
    ['nothing', ''],
  ])('echoes %s exactly', async (_name, message) => {
    const session = await openSession(echo.url);
    const reply = await session.call('echo', { message });
    expect(reply.message.result.content).toEqual([{ type: 'text', text: message }]);
  });

  test('tolerates arguments that it does not know, __proto__ among them', async () => {
    const session = await openSession(echo.url);
    const args = '{"message":"m","__proto__":{"x":1},"constructor":1,"more":[]}';
    const body = `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":${args}}}`;
    expect((await session.post(body)).message).toMatchObject({ id: 7, result: { content: [{ text: 'm' }] } });
  });

  test.each([
    ['echo', { message: 1 }],
    ['echo', {}],
    ['slow', { ms: 60_001 }],
    ['slow', { ms: '1' }],
    ['big', { bytes: 32 * 1024 * 1024 + 1 }],
    ['big', { bytes: -1 }],
    ['ask', { question: null }],
    ['no-such-tool', {}],
  ])('answers %s with %o as an error and lives on', async (name, args) => {
    const session = await openSession(echo.url);
    const { message } = await session.call(name, args);
    expect(message.result?.isError === true || message.error?.code === -32602).toBe(true);
    expect((await session.call('echo', { message: 'still here' })).message.result.isError).toBeUndefined();
  });

  test('sends as many bytes as asked for, up to 32 MiB', async () => {
    const session = await openSession(echo.url);
    const bytes = 32 * 1024 * 1024;
    const reply = await session.call('big', { bytes });
    expect(reply.message.result.content[0].text.length).toBe(bytes);
  });

  test('reports progress to who asks for it', async () => {
    const session = await openSession(echo.url);
    const params = { name: 'slow', arguments: { ms: 4 }, _meta: { progressToken: 'p' } };
    const { messages } = await session.request('tools/call', params);
    expect(messages.map((message) => message.params?.progress ?? 'answer')).toEqual([1, 2, 3, 4, 'answer']);
    expect((await session.call('slow', { ms: 4 })).messages.length).toBe(1);
  });

  test('takes its question back when the call is cancelled', async () => {
    const session = await openSession(echo.url, { capabilities: { elicitation: { form: {} } } });
    const seen: RpcMessage[] = [];
    const asked = createLatch();
    const cancelled = createLatch();
    const abort = new AbortController();
    const onMessage = (message: RpcMessage): void => {
      seen.push(message);
      if (message.method === 'elicitation/create') asked.open();
      if (message.method === 'notifications/cancelled') cancelled.open();
    };
    const call = session.call('ask', { question: 'q' }, { onMessage, signal: abort.signal });
    await asked.promise;
    await session.notify('notifications/cancelled', { requestId: 1 });
    await cancelled.promise;
    abort.abort();
    await expect(call).rejects.toThrow();
    expect(seen[1]?.params?.requestId).toBe(seen[0]?.id);
  });

  test('tells subscribers of a change, and no one after they left', async () => {
    const session = await openSession(echo.url);
    await using stream = await session.stream();
    await session.request('resources/subscribe', { uri: 'echo://greeting' });
    const first = await session.call('touch');
    const update = await stream.waitFor((message) => message.method === 'notifications/resources/updated');
    await session.request('resources/unsubscribe', { uri: 'echo://greeting' });
    const second = await session.call('touch');
    expect([
      update.params,
      first.message.result.content[0].text,
      second.message.result.content[0].text,
    ]).toEqual([{ uri: 'echo://greeting' }, 'told 1 subscribers', 'told 0 subscribers']);
  });

  test('ends a session on DELETE, its subscription with it, and knows it no more', async () => {
    const session = await openSession(echo.url);
    const other = await openSession(echo.url);
    await session.request('resources/subscribe', { uri: 'echo://greeting' });
    expect(await session.delete()).toBe(200);
    expect((await session.call('echo', { message: 'm' })).status).toBe(404);
    expect((await other.call('touch')).message.result.content[0].text).toBe('told 0 subscribers');
  });

  test('refuses what it cannot serve: no session, another path, a foreign Host or Origin', async () => {
    const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    const statuses = await Promise.all([
      postMessage(echo.url, list).then(({ status }) => status),
      postMessage(echo.url, '{').then(({ status }) => status),
      exchange(echo.url.replace('/mcp', '/other')).then(({ status }) => status),
      postMessage(echo.url, list, [['Host', 'evil.example']]).then(({ status }) => status),
      postMessage(echo.url, list, [['Origin', 'https://evil.example']]).then(({ status }) => status),
    ]);
    expect(statuses).toEqual([400, 400, 404, 403, 403]);
  });
});

describe('patchbay-echo', () => {
  test('says where it listens and ends on SIGTERM', async () => {
    await using running = await startScript(MAIN, ['--port', '0']);
    const session = await openSession(running.ready.url);
    expect(session.opening.message.result.serverInfo.name).toBe('patchbay-echo');
    expect(await running.stop()).toMatchObject({ code: 0, signal: null });
  });

  test('ends at once although a slow call is under way', async () => {
    await using running = await startScript(MAIN, []);
    const session = await openSession(running.ready.url);
    const first = createLatch();
    const params = { name: 'slow', arguments: { ms: 8000 }, _meta: { progressToken: 1 } };
    const call = session.request('tools/call', params, { onMessage: () => first.open() });
    await first.promise;
    const started = performance.now();
    expect((await running.stop()).code).toBe(0);
    expect(performance.now() - started).toBeLessThan(2000);
    await call.catch(() => undefined);
  });

  test.each([[['--port', '65536']], [['--port', 'x']], [['--nonsense']]])('refuses %j', async (args) => {
    expect(await runScript(MAIN, args)).toMatchObject({ code: 2, stdout: '' });
  });
});
