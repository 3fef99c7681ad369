import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

const backends: Record<string, PlainBackend> = {};
let gateway: TestGateway;

/** A backend whose calls become tasks; every backend of this kind counts from 1, so that their ids are equal. */
function taskBackend(name: string): Promise<PlainBackend> {
  let counter = 0;
  const known = new Set<string>();
  const about = (taskId: unknown) => {
    if (!known.has(String(taskId))) throw new RpcFailure(-32602, `${name} has no such task`);
    return { taskId, status: 'working', statusMessage: name, pollInterval: 10 };
  };
  return startPlainBackend({
    catalog: {
      capabilities: { tools: {}, tasks: { list: {}, ...(name === 'one' ? { cancel: {} } : {}) } },
      handlers: {
        'tools/call': ({ params }) => {
          if (params.task === undefined) return { content: [] };
          const taskId = `task-${++counter}`;
          known.add(taskId);
          return { task: { taskId, status: 'working', ttl: 60_000 } };
        },
        'tasks/get': ({ params }) => about(params.taskId),
        'tasks/cancel': ({ params }) => ({ ...about(params.taskId), status: 'cancelled' }),
        'tasks/result': ({ params }) => {
          about(params.taskId);
          const meta = { 'io.modelcontextprotocol/related-task': { taskId: params.taskId } };
          return { content: [{ type: 'text', text: name }], _meta: meta };
        },
        'tasks/list': () => ({ tasks: [...known].map(about) }),
      },
    },
  });
}

beforeAll(async () => {
  for (const name of ['one', 'two']) backends[name] = await taskBackend(name);
  backends.none = await startPlainBackend({ catalog: { capabilities: { tools: {} } } });
  const entries = Object.entries(backends).map(([name, { url }]) => [name, { type: 'http', url }]);
  gateway = await startTestGateway({ config: { backends: Object.fromEntries(entries) } });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  for (const backend of Object.values(backends)) await backend[Symbol.asyncDispose]();
});

test('hazard 15: a task is asked for, awaited and cancelled at the backend that has it', async () => {
  const session = await gateway.open({ capabilities: { tasks: { list: {}, cancel: {} } } });
  expect(session.opening.message.result.capabilities.tasks).toEqual({ list: {}, cancel: {} });
  const start = async (tool: string): Promise<string> => {
    const { message } = await session.request('tools/call', {
      name: tool,
      arguments: {},
      task: { ttl: 60_000 },
    });
    return message.result.task.taskId;
  };
  const first = await start('one_echo');
  const second = await start('two_echo');
  expect(first).toBe('task-1');
  expect(second).not.toBe(first);
  for (const [taskId, name] of [
    [first, 'one'],
    [second, 'two'],
  ] as const) {
    const got = (await session.request('tasks/get', { taskId })).message.result;
    expect([got.taskId, got.statusMessage]).toEqual([taskId, name]);
    const { message } = await session.request('tasks/result', { taskId });
    expect(message.result.content[0].text).toBe(name);
    expect(message.result._meta['io.modelcontextprotocol/related-task'].taskId).toBe(taskId);
  }
  expect((await session.request('tasks/cancel', { taskId: second })).message.result.status).toBe('cancelled');
  expect(backends.one?.log.of('tasks/cancel')).toEqual([]);
  const listed = (await session.request('tasks/list')).message.result.tasks;
  expect(listed.map((task: { taskId: string }) => task.taskId).sort()).toEqual([first, second].sort());
  expect((await session.request('tasks/get', { taskId: 'task-99' })).message.error?.code).toBe(-32602);

  await using stream = await session.stream();
  await backends.two?.log.waitFor((request) => request.httpMethod === 'GET');
  backends.two?.push('notifications/tasks/status', { taskId: 'task-1', status: 'completed' });
  const told = await stream.waitFor(({ method }) => method === 'notifications/tasks/status');
  expect(told.params?.taskId).toBe(second);

  // Tasks outlive sessions: the next one finds the task by asking, unless two backends have one of this id.
  const third = await start('two_echo');
  const next = await gateway.open();
  expect((await next.request('tasks/get', { taskId: third })).message.result.statusMessage).toBe('two');
  expect((await next.request('tasks/get', { taskId: second })).message.result.statusMessage).toBe('two');
  expect((await next.request('tasks/get', { taskId: first })).message.error?.code).toBe(-32602);
});
