import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { COMPLETE, listed, startModernBackend } from '../../backends/modern-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import { modernMessages, openModern, PREFIX } from '../../support/modern.ts';

const URIS = ['old://one', 'new://one', 'nobody://has'];

const unknown = (): never => {
  throw new RpcFailure(-32002, 'Resource not found');
};

/** A backend of each era with one resource each, behind the gateway. */
async function start() {
  await using stack = new AsyncDisposableStack();
  const heard = createLatch<(method: string, params: unknown) => void>();
  const legacy = stack.use(
    await startPlainBackend({
      catalog: {
        resources: [{ uri: 'old://one', name: 'old' }],
        resourceTemplates: [],
        handlers: { 'resources/read': unknown },
      },
    }),
  );
  const modern = stack.use(
    await startModernBackend({
      'tools/list': () => listed('tools', []),
      'resources/list': () => listed('resources', [{ uri: 'new://one', name: 'new' }]),
      'resources/templates/list': () => listed('resourceTemplates', []),
      'subscriptions/listen': async ({ params, notify, closed }) => {
        notify('notifications/subscriptions/acknowledged', { notifications: params.notifications });
        if (JSON.stringify(params).includes('new://one')) heard.open(notify);
        await closed;
        return COMPLETE;
      },
    }),
  );
  const backends = { old: { type: 'http', url: legacy.url }, new: { type: 'http', url: modern.url } };
  const gateway = stack.use(await startTestGateway({ config: { backends } }));
  const owned = stack.move();
  return { legacy, modern, heard, gateway, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The next message of a stream. */
function reader(response: IncomingMessage) {
  const messages = modernMessages(response);
  return async () => (await messages.next()).value;
}

test('one request listens at backends of both eras, under its own id', async () => {
  await using started = await start();
  const { gateway, legacy, modern, heard } = started;
  const notifications = { toolsListChanged: true, promptsListChanged: false, resourceSubscriptions: URIS };
  const abort = new AbortController();
  const response = await openModern(
    gateway.url,
    'subscriptions/listen',
    { notifications },
    { id: 'l1', signal: abort.signal },
  );
  const next = reader(response);
  const _meta = { [`${PREFIX}subscriptionId`]: 'l1' };
  expect(await next()).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/subscriptions/acknowledged',
    params: {
      _meta,
      notifications: { toolsListChanged: true, resourceSubscriptions: ['old://one', 'new://one'] },
    },
  });
  legacy.push('notifications/resources/updated', { uri: 'old://one' });
  expect(await next()).toMatchObject({
    method: 'notifications/resources/updated',
    params: { _meta, uri: 'old://one' },
  });
  const notify = await heard.promise;
  notify('notifications/resources/updated', {
    uri: 'new://one',
    _meta: { [`${PREFIX}subscriptionId`]: 'theirs' },
  });
  expect(await next()).toMatchObject({ params: { _meta, uri: 'new://one' } });
  notify('notifications/prompts/list_changed', {});
  legacy.push('notifications/tools/list_changed');
  expect(await next()).toMatchObject({ method: 'notifications/tools/list_changed', params: { _meta } });
  abort.abort();
  await legacy.log.waitFor('resources/unsubscribe');
  await modern.log.waitFor(
    (request) =>
      request.rpc?.method === 'subscriptions/listen' &&
      modern.log.of('subscriptions/listen').indexOf(request) > 0 &&
      !JSON.stringify(request.rpc.params).includes('new://one'),
  );
});

test('the end of the gateway ends a listening request in peace', async () => {
  await using started = await start();
  const { gateway } = started;
  const response = await openModern(
    gateway.url,
    'subscriptions/listen',
    { notifications: { toolsListChanged: true } },
    { id: 5 },
  );
  const next = reader(response);
  await next();
  const [scope] = [...gateway.patchbay.gateway.sessions.all()];
  if (scope !== undefined) await gateway.patchbay.gateway.end(scope, 'test');
  expect(await next()).toMatchObject({
    id: 5,
    result: { resultType: 'complete', _meta: { [`${PREFIX}subscriptionId`]: 5 } },
  });
});

test('a listening request that nothing can come on is acknowledged and over', async () => {
  await using started = await start();
  const next = reader(await openModern(started.gateway.url, 'subscriptions/listen', { notifications: {} }));
  expect(await next()).toMatchObject({ params: { notifications: {} } });
  expect(await next()).toMatchObject({ id: 1, result: { resultType: 'complete' } });
});
