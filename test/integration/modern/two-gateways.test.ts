import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  COMPLETE,
  listed,
  listenTo,
  type ModernBackend,
  type ModernCall,
  startModernBackend,
} from '../../backends/modern-backend.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1 } from '../../support/clients.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { modernMessages, openModern, PREFIX, sendModern } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

const QUESTION = {
  method: 'elicitation/create',
  params: { message: 'Sure?', requestedSchema: { type: 'object', properties: {} } },
};
const MARKED = { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } };
const object = { type: 'object' };
const text = (value: unknown) => ({ ...COMPLETE, content: [{ type: 'text', text: String(value) }] });

let legacy: PlainBackend;
let modern: ModernBackend;
let inner: TestGateway;
let outer: TestGateway;
const listening = new Set<ModernCall['notify']>();
const closedCalls: string[] = [];

const tools: Record<string, (call: ModernCall) => object | Promise<object>> = {
  who: ({ request }) => text(request.header('x-tenant')),
  marked: ({ request }) => text(request.header('mcp-param-region')),
  sure: ({ params }) =>
    params.inputResponses === undefined
      ? { resultType: 'input_required', inputRequests: { sure: QUESTION }, requestState: 's' }
      : text(JSON.stringify([params.requestState, params.inputResponses])),
  steps: ({ params, notify }) => {
    const { progressToken } = params._meta as { progressToken?: unknown };
    for (const progress of [1, 2]) notify('notifications/progress', { progressToken, progress, total: 2 });
    return text('stepped');
  },
  slow: async ({ closed }) => {
    await closed;
    closedCalls.push('slow');
    return text('late');
  },
  touch: () => {
    for (const notify of listening) notify('notifications/resources/updated', { uri: 'm://one' });
    return text('touched');
  },
};

beforeAll(async () => {
  legacy = await startPlainBackend({ manners: { answers: 'sse' } });
  modern = await startModernBackend({
    'tools/list': () =>
      listed(
        'tools',
        Object.keys(tools).map((name) => ({ name, inputSchema: name === 'marked' ? MARKED : object })),
      ),
    'tools/call': (call) => (tools[String(call.params.name)] as (one: ModernCall) => object)(call),
    'resources/list': () => listed('resources', [{ uri: 'm://one', name: 'one' }]),
    'resources/templates/list': () => listed('resourceTemplates', []),
    'subscriptions/listen': listenTo('m://one', listening),
  });
  const http = (url: string) => ({ type: 'http', url, identityHeaders: 'on' });
  const passthroughHeaders = ['X-Tenant'];
  inner = await startTestGateway({
    config: { passthroughHeaders, backends: { old: http(legacy.url), new: http(modern.url) } },
  });
  outer = await startTestGateway({
    tokens: ['ada'],
    config: { passthroughHeaders, backends: { in: http(inner.url) } },
  });
});
afterAll(async () => {
  for (const one of [outer, inner, legacy, modern]) await one[Symbol.asyncDispose]();
});

const headersOf = (tenant: string) =>
  [
    ['Authorization', `Bearer ${outer.token('ada')}`],
    ['X-Tenant', tenant],
  ] as const;
const send = (method: string, params: object, tenant = 'a', more: object = {}) =>
  sendModern(outer.url, method, { ...params }, { headers: headersOf(tenant), ...more });
const textOf = (result: unknown) => (result as { content: { text: string }[] }).content[0]?.text;

test(
  verifies(
    ['B27'],
    'captured headers pass two gateways, each set on its own; an identity ends at the next gateway',
  ),
  async () => {
    for (const tenant of ['a', 'b', 'a']) {
      await send('tools/list', {}, tenant);
      const { result, error } = await send('tools/call', { name: 'in_new_who' }, tenant);
      expect([error, textOf(result)]).toEqual([undefined, tenant]);
      const old = await send('tools/call', { name: 'in_old_headers' }, tenant);
      expect(textOf(old.result)).toContain(`"X-Tenant","${tenant}"`);
      expect(textOf(old.result)).not.toMatch(/x-user-/i);
    }
    const tenants = (one: PlainBackend | ModernBackend) =>
      new Set(one.log.entries.map((request) => request.header('x-tenant')));
    for (const one of [legacy, modern]) expect(tenants(one)).toEqual(new Set(['a', 'b']));
    await using connected = await connectV1(outer.url, {
      token: outer.token('ada'),
      headers: { 'X-Tenant': 'c' },
    });
    await until(async () =>
      (await connected.client.listTools()).tools.some(({ name }) => name === 'in_new_who'),
    );
    expect(textOf(await connected.client.callTool({ name: 'in_new_who', arguments: {} }))).toBe('c');
    expect(textOf(await connected.client.callTool({ name: 'in_old_headers', arguments: {} }))).toContain(
      '"c"',
    );
  },
);

test('headers of arguments, progress, questions and closing pass two gateways', async () => {
  const call = (name: string, args: object, more: object = {}) =>
    send('tools/call', { name, arguments: args }, 'a', more);
  await send('tools/list', {});
  const marked = await call('in_new_marked', { region: 'eu' }, { mirrored: { 'Mcp-Param-Region': 'eu' } });
  expect(textOf(marked.result)).toBe('eu');
  expect((await call('in_new_marked', { region: 'eu' })).error?.code).toBe(-32020);

  const steps = await call('in_new_steps', {}, { meta: { progressToken: 'p' } });
  expect(steps.messages.map(({ params }) => [params?.progressToken, params?.progress])).toEqual([
    ['p', 1],
    ['p', 2],
  ]);
  const old = await call('in_old_progress', {}, { meta: { progressToken: 7 } });
  expect(old.messages.map(({ params }) => [params?.progressToken, params?.progress])).toEqual([
    [7, 1],
    [7, 2],
    [7, 3],
  ]);
  const capabilities = { elicitation: { form: {} } };
  const asked = await call('in_new_sure', {}, { capabilities });
  expect(asked.result).toMatchObject({ resultType: 'input_required', requestState: 's' });
  const inputResponses = { sure: { action: 'decline' } };
  const answered = await send(
    'tools/call',
    { name: 'in_new_sure', arguments: {}, requestState: 's', inputResponses },
    'a',
    { capabilities },
  );
  expect(textOf(answered.result)).toBe(JSON.stringify(['s', inputResponses]));

  const abort = new AbortController();
  const slow = openModern(
    outer.url,
    'tools/call',
    { name: 'in_new_slow' },
    { headers: headersOf('a'), signal: abort.signal },
  );
  await modern.log.waitFor(({ rpc }) => rpc?.params.name === 'slow');
  abort.abort();
  await expect(slow).rejects.toThrow();
  await until(() => closedCalls.length > 0);
});

test('a client with a session is asked through two gateways by servers of both eras', async () => {
  await using connected = await connectV1(outer.url, {
    token: outer.token('ada'),
    headers: { 'X-Tenant': 'd' },
    capabilities: { elicitation: { form: {} } },
  });
  const { client } = connected;
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' }));
  await until(async () => (await client.listTools()).tools.some(({ name }) => name === 'in_new_sure'));
  expect(textOf(await client.callTool({ name: 'in_new_sure', arguments: {} }))).toBe(
    JSON.stringify(['s', { sure: { action: 'decline' } }]),
  );
  expect(textOf(await client.callTool({ name: 'in_old_ask', arguments: { question: '?' } }))).toBe(
    '{"action":"decline"}',
  );
});

test('subscriptions and list changes pass two gateways', async () => {
  const abort = new AbortController();
  const uris = ['m://one', 'test://one'];
  await send('resources/list', {});
  const stream = modernMessages(
    await openModern(
      outer.url,
      'subscriptions/listen',
      { notifications: { toolsListChanged: true, resourceSubscriptions: uris } },
      { id: 'l', headers: headersOf('a'), signal: abort.signal },
    ),
  );
  const next = async () => (await stream.next()).value;
  const _meta = { [`${PREFIX}subscriptionId`]: 'l' };
  expect((await next())?.params?.notifications).toEqual({
    toolsListChanged: true,
    resourceSubscriptions: uris,
  });
  await send('tools/call', { name: 'in_new_touch' });
  expect((await next())?.params).toEqual({ _meta, uri: 'm://one' });
  legacy.push('notifications/resources/updated', { uri: 'test://one' });
  expect((await next())?.params).toEqual({ _meta, uri: 'test://one' });
  legacy.push('notifications/tools/list_changed');
  expect(await next()).toMatchObject({ method: 'notifications/tools/list_changed', params: { _meta } });
  abort.abort();
  await legacy.log.waitFor('resources/unsubscribe');
  await until(() => listening.size === 0);
});
