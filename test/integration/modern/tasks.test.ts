import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import {
  acknowledge,
  COMPLETE,
  listed,
  type ModernCall,
  startModernBackend,
} from '../../backends/modern-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import { type ModernRequest, modernMessages, openModern, PREFIX, sendModern } from '../../support/modern.ts';

const EXTENSION = { 'io.modelcontextprotocol/tasks': {} };
const KNOWS_TASKS = { extensions: EXTENSION };
const dates = { createdAt: '2026-11-21T00:00:00Z', lastUpdatedAt: '2026-11-21T00:00:00Z', ttlMs: 60_000 };

/** A backend whose tool `long` makes the tasks of these ids, one after the other; it insists on the capability. */
async function startTaskBackend(who: string, ids: readonly string[]) {
  const left = [...ids];
  const known = new Set<string>();
  const listening = createLatch<ModernCall['notify']>();
  const gone = createLatch();
  function task({ params }: ModernCall): object {
    needsTasks(params);
    const taskId = String(params.taskId);
    if (!known.has(taskId)) throw new RpcFailure(-32602, 'There is no such task');
    return { ...COMPLETE, taskId, status: 'working', ...dates, statusMessage: who };
  }
  function acted(call: ModernCall): object {
    task(call);
    return { ...COMPLETE, _meta: { who, id: call.params.taskId } };
  }
  const backend = await startModernBackend({
    'server/discover': () => ({
      ...COMPLETE,
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {}, extensions: EXTENSION },
      ttlMs: 0,
      cacheScope: 'private',
    }),
    'tools/list': () => listed('tools', [{ name: 'long', inputSchema: { type: 'object' } }]),
    'tools/call': ({ params }) => {
      needsTasks(params);
      const taskId = left.shift() ?? 'none';
      known.add(taskId);
      return { resultType: 'task', taskId, status: 'working', ...dates };
    },
    'tasks/get': task,
    'tasks/update': acted,
    'tasks/cancel': acted,
    'subscriptions/listen': async (call) => {
      needsTasks(call.params);
      const answer = acknowledge(call);
      listening.open(call.notify);
      await call.closed;
      gone.open();
      return await answer;
    },
  });
  return Object.assign(backend, { listening: listening.promise, gone: gone.promise });
}

function needsTasks(params: Record<string, unknown>): void {
  const meta = params._meta as Record<string, { extensions?: object } | undefined>;
  if (meta[`${PREFIX}clientCapabilities`]?.extensions === undefined)
    throw new RpcFailure(-32021, 'missing', { requiredCapabilities: KNOWS_TASKS });
}

/** Two backends that give their tasks the same id, behind one gateway, each with its task made. */
async function start() {
  await using stack = new AsyncDisposableStack();
  const one = stack.use(await startTaskBackend('one', ['t']));
  const two = stack.use(await startTaskBackend('two', ['t', 'u']));
  const backends = { one: { type: 'http', url: one.url }, two: { type: 'http', url: two.url } };
  const config = { backends };
  const gateway = stack.use(await startTestGateway({ config }));
  const ids: unknown[] = [];
  for (const name of ['one_long', 'two_long', 'two_long']) {
    const { result } = await sendModern(gateway.url, 'tools/call', { name }, { capabilities: KNOWS_TASKS });
    expect(result).toMatchObject({ resultType: 'task', status: 'working' });
    ids.push(result?.taskId);
  }
  expect(ids).toEqual(['t', 't@two', 'u']);
  const owned = stack.move();
  return { one, two, config, url: gateway.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const about = (url: string, method: string, taskId: string, request: ModernRequest = {}) =>
  sendModern(
    url,
    method,
    { taskId, ...(method === 'tasks/update' ? { inputResponses: {} } : {}) },
    { capabilities: KNOWS_TASKS, mirrored: { 'Mcp-Name': taskId }, ...request },
  );

test('hazard 15: equal ids of two backends are two tasks, in every method', async () => {
  await using started = await start();
  const { url, one, two } = started;
  for (const [taskId, who] of [
    ['t', 'one'],
    ['t@two', 'two'],
  ] as const) {
    expect((await about(url, 'tasks/get', taskId)).result).toMatchObject({ taskId, statusMessage: who });
    for (const method of ['tasks/update', 'tasks/cancel'])
      expect((await about(url, method, taskId)).result).toMatchObject({ _meta: { who, id: 't' } });
  }
  for (const backend of [one, two])
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'])
      expect((await backend.log.waitFor(method)).header('mcp-name')).toBe('t');
  const unknown = await about(url, 'tasks/get', 'nobody');
  expect([unknown.status, unknown.error?.code]).toEqual([200, -32602]);
});

test('a task that the client kept is found by a gateway that never saw it, and never mistaken', async () => {
  await using started = await start();
  await using later = await startTestGateway({ config: started.config });
  await sendModern(later.url, 'tools/list');
  const found = async (taskId: string) => (await about(later.url, 'tasks/get', taskId)).result;
  expect(await found('u')).toMatchObject({ taskId: 'u', statusMessage: 'two' });
  expect(await found('t@two')).toMatchObject({ taskId: 't@two', statusMessage: 'two' });
  // Two backends have it, and nothing says whose is meant.
  expect((await about(later.url, 'tasks/get', 't')).error?.code).toBe(-32602);
});

test('the states of tasks come on the listening stream, each under the id that the client knows', async () => {
  await using started = await start();
  const { url, one, two } = started;
  const taskIds = ['t', 't@two', 'nobody'];
  const abort = new AbortController();
  const next = reader(
    await openModern(
      url,
      'subscriptions/listen',
      { notifications: { taskIds } },
      { id: 'l', capabilities: KNOWS_TASKS, signal: abort.signal },
    ),
  );
  const _meta = { [`${PREFIX}subscriptionId`]: 'l' };
  expect((await next())?.params).toEqual({ _meta, notifications: { taskIds: ['t', 't@two'] } });
  for (const [backend, taskId] of [
    [two, 't@two'],
    [one, 't'],
  ] as const) {
    const notify = await backend.listening;
    notify('notifications/tasks', { taskId: 'u', status: 'completed', ...dates });
    notify('notifications/tasks', { taskId: 't', status: 'completed', ...dates });
    expect(await next()).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/tasks',
      params: { _meta, taskId, status: 'completed', ...dates },
    });
  }
  abort.abort();
  await Promise.all([one.gone, two.gone]);
});

test('a client that does not say that it knows tasks cannot listen to them', async () => {
  await using started = await start();
  const params = { notifications: { taskIds: ['t'] } };
  const reply = await sendModern(started.url, 'subscriptions/listen', params);
  expect([reply.status, reply.error?.code]).toEqual([400, -32021]);
  expect(reply.error?.data).toMatchObject({ requiredCapabilities: KNOWS_TASKS });
});

/** The next message of a stream. */
function reader(response: IncomingMessage) {
  const messages = modernMessages(response);
  return async () => (await messages.next()).value;
}
