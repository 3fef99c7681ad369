import { ElicitRequestSchema, ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { COMPLETE, listed, type ModernHandler, startModernBackend } from '../../backends/modern-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1 } from '../../support/clients.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import { until } from '../../support/until.ts';

const PREFIX = 'io.modelcontextprotocol/';
const INPUT = { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } };
const TOOLS = listed('tools', [{ name: 'deploy', inputSchema: INPUT }]);
const done = { ...COMPLETE, content: [{ type: 'text', text: 'done' }] };

/** A client with sessions, the gateway, and one backend that knows none. */
async function bridge(call: ModernHandler, more: Record<string, ModernHandler> = {}, options = {}) {
  await using stack = new AsyncDisposableStack();
  const backend = stack.use(
    await startModernBackend({ 'tools/list': () => TOOLS, 'tools/call': call, ...more }),
  );
  const config = { backends: { one: { type: 'http', url: backend.url } } };
  const gateway = stack.use(await startTestGateway({ config }));
  const { client } = stack.use(await connectV1(gateway.url, options));
  const owned = stack.move();
  return { backend, client, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test(
  verifies(['TRN-12'], 'calls carry the envelope of the client and headers for the own name of the tool'),
  async () => {
    await using bridged = await bridge(() => done, {}, { onElicit: () => 'yes' });
    const { client, backend } = bridged;
    await client.listTools();
    const result = await client.callTool({ name: 'one_deploy', arguments: { region: 'Zürich' } });
    expect(result).toEqual({ content: done.content });

    const call = await backend.log.waitFor('tools/call');
    expect(call.header('mcp-protocol-version')).toBe('2026-07-28');
    expect(call.header('mcp-method')).toBe('tools/call');
    expect(call.header('mcp-name')).toBe('deploy');
    expect(call.header('mcp-param-region')).toBe(`=?base64?${Buffer.from('Zürich').toString('base64')}?=`);
    expect(call.header('mcp-session-id')).toBeUndefined();
    const meta = call.rpc?.params._meta as Record<string, unknown>;
    expect(meta[`${PREFIX}protocolVersion`]).toBe('2026-07-28');
    expect(meta[`${PREFIX}clientInfo`]).toEqual({ name: 'test-client', version: '1.0.0' });
    expect(meta[`${PREFIX}clientCapabilities`]).toEqual({ elicitation: { form: {} } });
  },
);

test('questions reach the client as requests; the answers go back under a new id with the same state', async () => {
  const ask = { method: 'elicitation/create', params: { message: 'Sure?', requestedSchema: SCHEMA } };
  const handler: ModernHandler = ({ params }) =>
    params.inputResponses === undefined
      ? { resultType: 'input_required', inputRequests: { sure: ask }, requestState: 'opaque-7' }
      : done;
  await using bridged = await bridge(handler, {}, { onElicit: (text: string) => `${text} yes` });
  const { client, backend } = bridged;
  expect(await client.callTool({ name: 'one_deploy', arguments: {} })).toEqual({ content: done.content });

  const [first, second] = backend.log.of('tools/call');
  expect(second?.rpc?.idText).not.toBe(first?.rpc?.idText);
  expect(second?.rpc?.params).toMatchObject({
    name: 'deploy',
    requestState: 'opaque-7',
    inputResponses: { sure: { action: 'accept', content: { answer: 'Sure? yes' } } },
  });
});

test('a question that the client cannot answer fails the call, without another round', async () => {
  const ask = { method: 'elicitation/create', params: { message: 'More?', requestedSchema: SCHEMA } };
  await using bridged = await bridge(() => ({ resultType: 'input_required', inputRequests: { more: ask } }));
  const { client, backend } = bridged;
  await expect(client.callTool({ name: 'one_deploy', arguments: {} })).rejects.toThrow(
    /elicitation\/create, and the client did not answer/,
  );
  expect(backend.log.of('tools/call')).toHaveLength(1);
});

test('why a question was not answered is told with the failure of its call', async () => {
  const ask = { method: 'elicitation/create', params: { message: 'More?', requestedSchema: SCHEMA } };
  const handler: ModernHandler = () => ({ resultType: 'input_required', inputRequests: { more: ask } });
  const onElicit = (): string => {
    throw new Error('Nobody is at the desk');
  };
  await using bridged = await bridge(handler, {}, { onElicit });
  await expect(bridged.client.callTool({ name: 'one_deploy', arguments: {} })).rejects.toThrow(
    /one needed elicitation\/create, and the client did not answer it: Nobody is at the desk/,
  );
});

test('a question that was not answered ends the others of its round, and too many of them are asked of nobody', async () => {
  const ask = { method: 'elicitation/create', params: { message: 'More?', requestedSchema: SCHEMA } };
  let requests: Record<string, object> = { one: ask, other: ask };
  const handler: ModernHandler = () => ({ resultType: 'input_required', inputRequests: requests });
  await using bridged = await bridge(handler, {}, { capabilities: { elicitation: { form: {} } } });
  const { client, backend } = bridged;
  const withdrawn = createLatch();
  let asked = 0;
  client.setRequestHandler(ElicitRequestSchema, async (_, { signal }) => {
    if (++asked > 1) throw new Error('Not now');
    signal.addEventListener('abort', () => withdrawn.open());
    await withdrawn.promise;
    return { action: 'cancel' };
  });
  const call = () => client.callTool({ name: 'one_deploy', arguments: {} });
  await expect(call()).rejects.toThrow(/did not answer it: Not now/);
  await withdrawn.promise;
  requests = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [at, ask]));
  await expect(call()).rejects.toThrow(/5000 questions at once/);
  expect([asked, backend.log.of('tools/call').length]).toEqual([2, 2]);
});

test.each([{ resultType: 'input_required' }, { resultType: 'input_required', inputRequests: [1] }])(
  'a request for input that asks nothing is no reason to call again: %j',
  async (answer) => {
    await using bridged = await bridge(() => answer);
    const { client, backend } = bridged;
    await expect(client.callTool({ name: 'one_deploy', arguments: {} })).rejects.toThrow(/input/);
    expect(backend.log.of('tools/call')).toHaveLength(1);
  },
);

test('a list that asks for input is a faulty one: nobody is asked, and nobody waits', async () => {
  const inputRequests = { more: { method: 'roots/list' } };
  let asked = 0;
  await using bridged = await bridge(
    () => done,
    { 'tools/list': () => ({ resultType: 'input_required', inputRequests }) },
    { capabilities: { roots: {} } },
  );
  const { client, backend } = bridged;
  client.setRequestHandler(ListRootsRequestSchema, () => {
    asked++;
    return { roots: [] };
  });
  expect((await client.listTools()).tools).toEqual([]);
  expect([asked, backend.log.of('tools/list').length]).toEqual([0, 1]);
});

test('a backend that never has enough is stopped after 16 rounds', async () => {
  const inputRequests = { folders: { method: 'roots/list' } };
  await using bridged = await bridge(
    () => ({ resultType: 'input_required', inputRequests }),
    {},
    { roots: [] },
  );
  const { client, backend } = bridged;
  await expect(client.callTool({ name: 'one_deploy', arguments: {} })).rejects.toThrow(/after 16 rounds/);
  expect(backend.log.of('tools/call')).toHaveLength(17);
});

test('a capability that the client lacks fails the call in words', async () => {
  await using bridged = await bridge(() => {
    throw new RpcFailure(-32021, 'missing', { requiredCapabilities: { sampling: {} } });
  });
  const result = await bridged.client.callTool({ name: 'one_deploy', arguments: {} });
  expect(result.isError).toBe(true);
  expect(JSON.stringify(result.content)).toContain('sampling');
});

test('a cancelled call is closed at the backend', async () => {
  const closed = createLatch();
  await using bridged = await bridge(async (call) => {
    await call.closed;
    closed.open();
    return done;
  });
  const { client, backend } = bridged;
  const abort = new AbortController();
  const call = client.callTool({ name: 'one_deploy', arguments: {} }, undefined, { signal: abort.signal });
  await backend.log.waitFor('tools/call');
  abort.abort();
  await expect(call).rejects.toThrow();
  await closed.promise;
});

test('the log level goes along with each request', async () => {
  await using bridged = await bridge(({ notify }) => {
    notify('notifications/message', { level: 'warning', data: 'careful' });
    return done;
  });
  const { client, backend } = bridged;
  const said: unknown[] = [];
  client.fallbackNotificationHandler = async (message) => void said.push(message.params);
  await client.setLoggingLevel('warning');
  await client.callTool({ name: 'one_deploy', arguments: {} });
  const call = await backend.log.waitFor('tools/call');
  expect(call.rpc?.params._meta).toMatchObject({ [`${PREFIX}logLevel`]: 'warning' });
  await until(() => said.length > 0);
  expect(said[0]).toMatchObject({ level: 'warning', data: 'careful', logger: 'one' });
  expect(backend.log.of('logging/setLevel')).toEqual([]);
});

test('list changes and subscriptions come through one listening request, opened anew on change', async () => {
  const heard = createLatch<(method: string, params: unknown) => void>();
  const listening: ModernHandler = async ({ params, notify, closed }) => {
    notify('notifications/subscriptions/acknowledged', { notifications: params.notifications });
    const { resourceSubscriptions } = params.notifications as { resourceSubscriptions?: string[] };
    if (resourceSubscriptions?.includes('x://one')) heard.open(notify);
    await closed;
    return COMPLETE;
  };
  await using bridged = await bridge(() => done, {
    'resources/list': () => listed('resources', [{ name: 'one', uri: 'x://one' }]),
    'resources/templates/list': () => listed('resourceTemplates', []),
    'subscriptions/listen': listening,
  });
  const { client, backend } = bridged;
  const said: { method: string; params?: unknown }[] = [];
  client.fallbackNotificationHandler = async (message) => void said.push(message);
  await client.subscribeResource({ uri: 'x://one' });
  const notify = await heard.promise;
  const id = backend.log.of('subscriptions/listen').at(-1)?.rpc?.idText ?? '';
  const _meta = { [`${PREFIX}subscriptionId`]: JSON.parse(id) };
  notify('notifications/resources/updated', { uri: 'x://one', _meta });
  notify('notifications/tools/list_changed', { _meta });
  await until(() => said.length === 2);
  expect(said).toEqual([
    expect.objectContaining({ method: 'notifications/resources/updated', params: { uri: 'x://one' } }),
    expect.objectContaining({ method: 'notifications/tools/list_changed' }),
  ]);
});

const SCHEMA = { type: 'object', properties: { answer: { type: 'string' } } };
