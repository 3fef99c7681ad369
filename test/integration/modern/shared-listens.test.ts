import { expect, test } from 'vitest';
import { COMPLETE, discoverTasks, listed, startModernBackend } from '../../backends/modern-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { connectV1 } from '../../support/clients.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import { modernMessages, openModern, sendModern } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

const ALIAS = `patchbay-resource://two/${encodeURIComponent('same://dir')}`;

/** Two servers with sessions that have a resource of the same address. */
async function start() {
  await using stack = new AsyncDisposableStack();
  const catalog = { resources: [{ uri: 'same://dir', name: 'dir' }], resourceTemplates: [] };
  const one = stack.use(await startPlainBackend({ catalog }));
  const two = stack.use(await startPlainBackend({ catalog }));
  const backends = { one: { type: 'http', url: one.url }, two: { type: 'http', url: two.url } };
  const gateway = stack.use(await startTestGateway({ config: { backends } }));
  await sendModern(gateway.url, 'resources/list');
  const owned = stack.move();
  return { one, two, url: gateway.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Listens to these resources; `next` is the next message. */
function listenTo(url: string, resourceSubscriptions: readonly string[]) {
  const abort = new AbortController();
  const opened = openModern(
    url,
    'subscriptions/listen',
    { notifications: { resourceSubscriptions } },
    { signal: abort.signal },
  );
  const messages = opened.then((response) => modernMessages(response));
  return { abort, next: async () => (await (await messages).next()).value };
}

test('two who listen to one resource at once hear the same verdict', async () => {
  await using started = await start();
  const { url, one } = started;
  const verdict = createLatch();
  one.catalog.handlers['resources/subscribe'] = async () => {
    await verdict.promise;
    throw new RpcFailure(-32602, 'no');
  };
  const uris = ['same://dir'];
  const first = listenTo(url, uris);
  await one.log.waitFor('resources/subscribe');
  const second = listenTo(url, uris);
  const acknowledged = Promise.all([first.next(), second.next()]);
  // Whoever asks later has been looked at once the backend was asked for something else.
  await sendModern(url, 'resources/read', { uri: 'same://dir' });
  verdict.open();
  for (const message of await acknowledged) expect(message?.params?.notifications).toEqual({});
  expect(one.log.of('resources/subscribe')).toHaveLength(1);
  // The refusal is no memory: it is asked again.
  one.catalog.handlers['resources/subscribe'] = () => ({});
  const third = listenTo(url, uris);
  expect((await third.next())?.params?.notifications).toEqual({ resourceSubscriptions: uris });
  third.abort.abort();
});

test('two who listen to one task at once hear the same verdict', async () => {
  const verdict = createLatch();
  const asked = createLatch();
  const extensions = { 'io.modelcontextprotocol/tasks': {} };
  await using backend = await startModernBackend({
    'server/discover': discoverTasks,
    'tools/list': () => listed('tools', []),
    'subscriptions/listen': async ({ notify, closed, params }) => {
      if (JSON.stringify(params.notifications).includes('taskIds')) {
        asked.open();
        await verdict.promise;
      }
      notify('notifications/subscriptions/acknowledged', { notifications: {} });
      await closed;
      return COMPLETE;
    },
  });
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: backend.url } } },
  });
  await sendModern(gateway.url, 'tools/list');
  const listen = async () => {
    const params = { notifications: { taskIds: ['t'] } };
    const response = await openModern(gateway.url, 'subscriptions/listen', params, {
      capabilities: { extensions },
    });
    return (await modernMessages(response).next()).value;
  };
  const first = listen();
  await asked.promise;
  const second = listen();
  await sendModern(gateway.url, 'tools/list');
  verdict.open();
  for (const message of [await first, await second]) expect(message?.params?.notifications).toEqual({});
});

test('each who listens hears of a resource by the address that it named, and of its parts as well', async () => {
  await using started = await start();
  const { url, one, two } = started;
  const byAlias = listenTo(url, [ALIAS]);
  await byAlias.next();
  const byBoth = listenTo(url, ['same://dir', ALIAS]);
  await byBoth.next();
  const updated = 'notifications/resources/updated';
  two.push(updated, { uri: 'same://dir' });
  for (const { next } of [byAlias, byBoth]) expect((await next())?.params).toMatchObject({ uri: ALIAS });
  one.push(updated, { uri: 'same://dir' });
  expect((await byBoth.next())?.params).toMatchObject({ uri: 'same://dir' });
  two.push(updated, { uri: 'same://directory' });
  two.push(updated, { uri: 'same://dir/part' });
  const part = `patchbay-resource://two/${encodeURIComponent('same://dir/part')}`;
  for (const { next } of [byAlias, byBoth]) expect((await next())?.params).toMatchObject({ uri: part });
  one.push(updated, { uri: 'same://dir/part' });
  expect((await byBoth.next())?.params).toMatchObject({ uri: 'same://dir/part' });
  byAlias.abort.abort();
  byBoth.abort.abort();
  await Promise.all([one, two].map(({ log }) => log.waitFor('resources/unsubscribe')));
  expect(two.log.of('resources/subscribe')).toHaveLength(1);
});

test('one resource by its alias and by its own address: each listener hears its own, as long as it listens', async () => {
  await using backend = await startPlainBackend();
  await using gateway = await startTestGateway({
    config: { backends: { two: { type: 'http', url: backend.url } } },
  });
  const { url } = gateway;
  await sendModern(url, 'resources/list');
  const alias = `patchbay-resource://two/${encodeURIComponent('test://one')}`;
  const [own, other] = [listenTo(url, ['test://one']), listenTo(url, [alias])];
  await Promise.all([own.next(), other.next()]);
  const update = (): void => backend.push('notifications/resources/updated', { uri: 'test://one' });
  update();
  expect((await own.next())?.params).toMatchObject({ uri: 'test://one' });
  expect((await other.next())?.params).toMatchObject({ uri: alias });
  other.abort.abort();
  const [scope] = [...gateway.patchbay.gateway.sessions.all()];
  await until(() => scope?.listening.isOpen() === true && [...scope.heldTopics.keys()].length === 1);
  update();
  expect((await own.next())?.params).toMatchObject({ uri: 'test://one' });
  expect(backend.log.of('resources/unsubscribe')).toEqual([]);
  own.abort.abort();
  await backend.log.waitFor('resources/unsubscribe');
});

test('a client with a session that gives up one of two addresses keeps the other', async () => {
  await using started = await start();
  const { url, two } = started;
  await using connected = await connectV1(url);
  const { client } = connected;
  const said: unknown[] = [];
  client.fallbackNotificationHandler = async ({ params }) => void said.push(params?.uri);
  await client.listResources();
  two.catalog.resources = [{ uri: 'two://only', name: 'only' }];
  const own = 'two://only';
  const alias = `patchbay-resource://two/${encodeURIComponent(own)}`;
  two.push('notifications/resources/list_changed');
  await until(async () => (await client.listResources()).resources.some(({ uri }) => uri === own));
  said.length = 0;
  await client.subscribeResource({ uri: alias });
  await client.subscribeResource({ uri: own });
  await client.unsubscribeResource({ uri: own });
  expect(two.log.of('resources/unsubscribe')).toEqual([]);
  two.push('notifications/resources/updated', { uri: own });
  await until(() => said.includes(alias));
  expect(said).not.toContain(own);
  await client.unsubscribeResource({ uri: alias });
  expect(two.log.of('resources/unsubscribe')).toHaveLength(1);
});
