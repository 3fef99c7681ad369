import { CompleteResultSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import type { Catalog } from '../../backends/catalog.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1 } from '../../support/clients.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import type { Session } from '../../support/session.ts';
import { until } from '../../support/until.ts';

/** A backend that reads its own addresses, answers with its name, and knows no others. */
function backendOf(name: string, catalog: Partial<Catalog> = {}): Promise<PlainBackend> {
  return startPlainBackend({
    catalog: {
      handlers: {
        'resources/read': ({ params }) => {
          if (String(params.uri).includes('nowhere'))
            throw new RpcFailure(-32002, `${name} has no such thing`);
          return { contents: [{ uri: params.uri, text: `${name}: ${String(params.uri)}` }] };
        },
      },
      ...catalog,
    },
  });
}

function gatewayFor(backends: Record<string, PlainBackend>): Promise<TestGateway> {
  const entries = Object.entries(backends).map(([name, { url }]) => [name, { type: 'http', url }]);
  return startTestGateway({ config: { backends: Object.fromEntries(entries) } });
}

const read = async (session: Session, uri: string): Promise<string> => {
  const { message } = await session.request('resources/read', { uri });
  return message.error === undefined ? message.result.contents[0].text : `error ${message.error.code}`;
};

test(
  verifies(
    ['CFG-14'],
    'hazard 09: two resources of one address: the first keeps it, the other is read under an alias',
  ),
  async () => {
    await using one = await backendOf('one');
    await using two = await backendOf('two');
    await using gateway = await gatewayFor({ one, two });
    const session = await gateway.open();
    const { resources } = (await session.list('resources')).message.result;
    const [first, alias] = resources.map(({ uri }: { uri: string }) => uri);
    expect(first).toBe('test://one');
    expect(alias).not.toBe('test://one');
    expect(await read(session, first)).toBe('one: test://one');
    expect(await read(session, alias)).toBe('two: test://one');
    expect(two.log.of('resources/read').map(({ rpc }) => rpc?.params.uri)).toEqual(['test://one']);
    // An alias that names no backend of ours reaches none.
    expect(await read(session, alias.replace('two', 'six'))).toMatch(/^error/);
  },
);

test('hazard 09: an address from a template or out of a tool answer finds the backend that knows it', async () => {
  const listsNothing = { resources: [], resourceTemplates: [] };
  await using one = await backendOf('one', {
    ...listsNothing,
    handlers: {
      'resources/read': ({ params }) => {
        throw new RpcFailure(-32002, `no ${String(params.uri)}`);
      },
    },
  });
  await using two = await backendOf('two', {
    resources: [],
    resourceTemplates: [{ uriTemplate: 'two://item/{id}', name: 'item' }],
  });
  await using gateway = await gatewayFor({ one, two });
  const session = await gateway.open();
  expect(await read(session, 'two://item/7')).toBe('two: two://item/7');
  expect(one.log.of('resources/read')).toEqual([]);
  expect(await read(session, 'linked://in/an/answer')).toBe('two: linked://in/an/answer');
  expect(await read(session, 'nowhere://at/all')).toBe('error -32002');
});

test('hazard 12: completions go by prompt name and template; without an owner they are empty', async () => {
  const completing = (name: string): Partial<Catalog> => ({
    resourceTemplates: [{ uriTemplate: `${name}://item/{id}`, name: 'item' }],
    handlers: {
      'completion/complete': ({ params }) => ({
        completion: { values: [name, JSON.stringify(params.ref)], total: 2, hasMore: false },
      }),
    },
  });
  await using one = await startPlainBackend({ catalog: completing('one') });
  await using two = await startPlainBackend({ catalog: completing('two') });
  await using gateway = await gatewayFor({ one, two });
  await using connected = await connectV1(gateway.url);
  const complete = async (ref: object): Promise<string[]> => {
    const params = { ref, argument: { name: 'name', value: 'a' } };
    const request = { method: 'completion/complete', params };
    return (await connected.client.request(request, CompleteResultSchema)).completion.values;
  };
  expect(await complete({ type: 'ref/prompt', name: 'two_greet' })).toEqual([
    'two',
    '{"type":"ref/prompt","name":"greet"}',
  ]);
  expect((await complete({ type: 'ref/resource', uri: 'one://item/{id}' }))[0]).toBe('one');
  expect(await complete({ type: 'ref/prompt', name: 'nobody' })).toEqual([]);
});

test('hazard 09: two templates of one address: the alias of the other can be filled in, and completed', async () => {
  const ref: Catalog['handlers'][string] = ({ params }) => ({
    completion: { values: [JSON.stringify(params.ref)] },
  });
  await using one = await backendOf('one');
  await using two = await backendOf('two');
  two.catalog.handlers['completion/complete'] = ref;
  await using gateway = await gatewayFor({ one, two });
  const session = await gateway.open();
  const { resourceTemplates } = (await session.list('resources/templates')).message.result;
  const [first, alias] = resourceTemplates.map(({ uriTemplate }: { uriTemplate: string }) => uriTemplate);
  expect(first).toBe('test://item/{id}');
  expect(await read(session, first.replace('{id}', 'a%20b'))).toBe('one: test://item/a%20b');
  expect(await read(session, alias.replace('{id}', 'a%20b'))).toBe('two: test://item/a%20b');
  const { message } = await session.request('completion/complete', {
    ref: { type: 'ref/resource', uri: alias },
    argument: { name: 'id', value: '' },
  });
  expect(message.result.completion.values).toEqual(['{"type":"ref/resource","uri":"test://item/{id}"}']);
});

test('hazard 10: updates reach the subscribed session alone, under the address that it used', async () => {
  await using one = await backendOf('one');
  await using two = await backendOf('two');
  await using gateway = await gatewayFor({ one, two });
  await using subscriber = await connectV1(gateway.url);
  await using bystander = await connectV1(gateway.url);
  const told: string[] = [];
  const arrived = createLatch();
  subscriber.client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    told.push(params.uri);
    arrived.open();
  });
  const overheard: string[] = [];
  bystander.client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    overheard.push(params.uri);
  });
  const { resources } = await subscriber.client.listResources();
  const alias = resources[1]?.uri ?? '';
  await subscriber.client.subscribeResource({ uri: alias });
  expect(two.log.of('resources/subscribe')[0]?.rpc?.params).toEqual({ uri: 'test://one' });
  await until(() => one.openStreams() === 2 && two.openStreams() === 2, 'the listening streams');
  one.push('notifications/resources/updated', { uri: 'test://one' });
  two.push('notifications/resources/updated', { uri: 'test://one', x: 1 });
  await arrived.promise;
  expect(told).toEqual([alias]);
  await subscriber.client.unsubscribeResource({ uri: alias });
  two.push('notifications/resources/updated', { uri: 'test://one' });
  // What came before the answer to this read has been delivered before it: one stream, in order.
  await subscriber.client.readResource({ uri: alias });
  expect([told, overheard]).toEqual([[alias], []]);
});

test(
  verifies(
    ['B25', 'HTP-09'],
    'a backend that is opened again learns the subscriptions and the log level anew',
  ),
  async () => {
    await using one = await backendOf('one');
    await using gateway = await gatewayFor({ one });
    const session = await gateway.open();
    await session.request('resources/subscribe', { uri: 'test://one' });
    await session.request('logging/setLevel', { level: 'warning' });
    one.forgetSessions();
    expect(await read(session, 'test://one')).toBe('one: test://one');
    await until(() => one.log.of('resources/subscribe').length === 2, 'the second subscription');
    expect(one.log.of('logging/setLevel').map(({ rpc }) => rpc?.params)).toEqual([
      { level: 'warning' },
      { level: 'warning' },
    ]);
    const ids = one.log.of('resources/subscribe').map((request) => request.header('mcp-session-id'));
    expect(new Set(ids).size).toBe(2);
  },
);

test('hazard 11: the log level goes to every backend; log messages say whose they are', async () => {
  await using one = await backendOf('one');
  await using two = await backendOf('two');
  await using gateway = await gatewayFor({ one, two });
  const session = await gateway.open();
  await using stream = await session.stream();
  expect((await session.request('logging/setLevel', { level: 'loud' })).message.error?.code).toBe(-32602);
  expect((await session.request('logging/setLevel', { level: 'debug' })).message.result).toEqual({});
  for (const backend of [one, two]) expect(backend.log.of('logging/setLevel')).toHaveLength(1);
  await until(() => one.openStreams() + two.openStreams() === 2, 'the listening streams');
  one.push('notifications/message', { level: 'info', data: { n: 1 } });
  two.push('notifications/message', { level: 'info', logger: 'db', data: 2 });
  const from = (logger: string) => stream.waitFor(({ params }) => params?.logger === logger);
  expect((await from('one')).params?.data).toEqual({ n: 1 });
  expect((await from('two/db')).params?.data).toBe(2);
});
