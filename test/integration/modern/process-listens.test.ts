import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectV1 } from '../../support/clients.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type ModernReply, modernMessages, openModern, PREFIX, sendModern } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

const SCRIPT = fileURLToPath(new URL('../../backends/processes/modern-tasks.mjs', import.meta.url));
const KNOWS_TASKS = { extensions: { [`${PREFIX}tasks`]: {} } };

let gateway: TestGateway;
beforeAll(async () => {
  const entry = { type: 'stdio', command: process.execPath, args: [SCRIPT] };
  // Two of them, so that the ids of their tasks are the same.
  gateway = await startTestGateway({
    config: { backends: { one: { ...entry, era: 'modern' }, two: { ...entry, era: 'modern' } } },
  });
  await sendModern(gateway.url, 'tools/list');
  await until(() => {
    const [scope] = [...gateway.patchbay.gateway.sessions.all()];
    return [...(scope?.backends.values() ?? [])].every(({ session }) => session.state().state === 'ready');
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const call = (name: string) => sendModern(gateway.url, 'tools/call', { name }, { capabilities: KNOWS_TASKS });

/** What the process listens to, as it says itself. */
async function listens(backend: string): Promise<unknown[]> {
  const { result } = await call(`${backend}_listens`);
  return JSON.parse((result as { content: { text: string }[] }).content[0]?.text ?? '[]');
}

test('tasks of processes are called, found and listened to, each under the id that its client knows', async () => {
  const ids: unknown[] = [];
  for (const name of ['one_long', 'two_long']) ids.push((await call(name)).result?.taskId);
  expect(ids).toEqual(['task-1', 'task-1@two']);
  const about = (method: string, taskId: string): Promise<ModernReply> =>
    sendModern(
      gateway.url,
      method,
      { taskId },
      { capabilities: KNOWS_TASKS, mirrored: { 'Mcp-Name': taskId } },
    );
  expect((await about('tasks/update', 'task-1@two')).result).toMatchObject({ status: 'completed' });
  for (const [taskId, status] of [
    ['task-1', 'working'],
    ['task-1@two', 'completed'],
  ] as const)
    expect((await about('tasks/get', taskId)).result).toMatchObject({ taskId, status });
  const abort = new AbortController();
  const taskIds = ['task-1', 'task-1@two'];
  const messages = modernMessages(
    await openModern(
      gateway.url,
      'subscriptions/listen',
      { notifications: { taskIds, resourceSubscriptions: ['p://one'] } },
      { id: 'l', capabilities: KNOWS_TASKS, signal: abort.signal },
    ),
  );
  const next = async () => (await messages.next()).value?.params;
  const _meta = { [`${PREFIX}subscriptionId`]: 'l' };
  expect(await next()).toEqual({ _meta, notifications: { taskIds, resourceSubscriptions: ['p://one'] } });
  await call('two_touch');
  expect(await next()).toMatchObject({ _meta, taskId: 'task-1@two', status: 'completed' });
  await call('one_touch');
  expect(await next()).toEqual({ _meta, uri: 'p://one' });
  expect(await next()).toMatchObject({ _meta, taskId: 'task-1', status: 'working' });
  // One request listens at each process, and none once nobody does.
  expect([await listens('one'), await listens('two')]).toMatchObject([
    [{ taskIds: ['task-1'], resourceSubscriptions: ['p://one'] }],
    [{ taskIds: ['task-1'] }],
  ]);
  abort.abort();
  for (const name of ['one', 'two']) await until(async () => (await listens(name)).length === 0);
});

test('a client with a session subscribes at a process of the era without', async () => {
  await using connected = await connectV1(gateway.url);
  const { client } = connected;
  const said: unknown[] = [];
  client.fallbackNotificationHandler = async ({ method, params }) => void said.push([method, params]);
  await until(async () => (await client.listTools()).tools.some(({ name }) => name === 'one_touch'));
  await client.listResources();
  await client.subscribeResource({ uri: 'p://one' });
  said.length = 0;
  await client.callTool({ name: 'one_touch', arguments: {} });
  await until(() => said.length > 0);
  expect(said).toEqual([['notifications/resources/updated', { uri: 'p://one' }]]);
  await client.unsubscribeResource({ uri: 'p://one' });
});

test('a process that takes a listening request down is listened to anew, and what was missed counts as changed', async () => {
  const abort = new AbortController();
  const filter = { notifications: { resourceSubscriptions: ['p://one'] } };
  const listen = await openModern(gateway.url, 'subscriptions/listen', filter, { signal: abort.signal });
  const messages = modernMessages(listen);
  expect((await messages.next()).value?.params).toMatchObject(filter);
  await call('one_leave');
  expect((await messages.next()).value).toMatchObject({ params: { uri: 'p://one' } });
  expect(await listens('one')).toEqual([filter.notifications]);
  abort.abort();
});

test('what a process logs comes on the one call that asked for it, and nowhere where none did', async () => {
  const speak = (meta: Record<string, unknown> = {}) =>
    sendModern(gateway.url, 'tools/call', { name: 'one_speak' }, { meta });
  const loud = { [`${PREFIX}logLevel`]: 'error' };
  const { messages, result } = await speak(loud);
  expect(messages).toMatchObject([
    { method: 'notifications/message', params: { level: 'error', data: 'error', logger: 'one' } },
  ]);
  expect(result).toMatchObject({ resultType: 'complete' });
  expect((await speak()).messages).toEqual([]);
});
