import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { connectV1 } from '../../support/clients.ts';
import { freePort } from '../../support/free-port.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { modernMessages, openModern, sendModern } from '../../support/modern.ts';
import { startScript } from '../../support/processes.ts';
import { until } from '../../support/until.ts';

const SCRIPT = fileURLToPath(new URL('../../backends/modern-server.ts', import.meta.url));

test('a server that is killed and started again is listened to as before, and what was missed counts as changed', async () => {
  const port = String(await freePort());
  const first = await startScript(SCRIPT, [port]);
  await using _ = first;
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: first.ready.url } } },
  });
  const { url } = gateway;
  const call = async (name: string) => (await sendModern(url, 'tools/call', { name })).result;
  await sendModern(url, 'tools/list');
  const notifications = { toolsListChanged: true, resourceSubscriptions: ['m://one'] };
  const abort = new AbortController();
  const stream = modernMessages(
    await openModern(url, 'subscriptions/listen', { notifications }, { signal: abort.signal }),
  );
  const next = async () => (await stream.next()).value;
  expect((await next())?.params?.notifications).toEqual(notifications);
  await using connected = await connectV1(url);
  const { client } = connected;
  const said: unknown[] = [];
  client.fallbackNotificationHandler = async ({ method, params }) => void said.push(params?.uri ?? method);
  await client.listResources();
  await client.subscribeResource({ uri: 'm://one' });
  await call('one_touch');
  expect((await next())?.params).toMatchObject({ uri: 'm://one' });
  await until(() => said.includes('m://one'));

  await first.stop('SIGKILL');
  const down = await sendModern(url, 'tools/call', { name: 'one_touch' });
  expect(down.error?.code).toBeDefined();
  said.length = 0;
  await using second = await startScript(SCRIPT, [port]);
  expect(second.ready.url).toBe(first.ready.url);
  // Both clients hear what they may have missed.
  const heard = new Set<unknown>();
  while (heard.size < 2) {
    const message = await next();
    heard.add(message?.params?.uri ?? message?.method);
  }
  expect(heard).toEqual(new Set(['m://one', 'notifications/tools/list_changed']));
  await until(
    () => said.includes('m://one') && said.includes('notifications/tools/list_changed'),
    'both',
    15_000,
  );
  // And what happens from now on.
  said.length = 0;
  await until(async () => (await call('one_touch'))?.content !== undefined, 'a call', 15_000);
  expect((await next())?.params).toMatchObject({ uri: 'm://one' });
  await until(() => said.includes('m://one'));
  abort.abort();
});
