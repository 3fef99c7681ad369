import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  COMPLETE,
  discoverTasks,
  listed,
  type ModernBackend,
  startModernBackend,
} from '../../backends/modern-backend.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { textResult } from '../../backends/tool-calls.ts';
import { connectV1 } from '../../support/clients.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { PREFIX, sendModern } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

const extensions = { [`${PREFIX}tasks`]: {} };
const dates = { createdAt: '2026-11-21T00:00:00Z', lastUpdatedAt: '2026-11-21T00:00:00Z' };
const TASKS = { list: {}, cancel: {}, requests: { tools: { call: {} } } };

let old: PlainBackend;
let fresh: ModernBackend;
let gateway: TestGateway;

/** A server of each era with a task `t`: the tasks of the one are nothing that a client of the other knows. */
beforeAll(async () => {
  old = await startPlainBackend({
    catalog: {
      capabilities: { tools: {}, tasks: TASKS },
      toolHandlers: { wait: () => textResult('waited') },
      handlers: {
        'tasks/get': ({ params }) => ({ taskId: params.taskId, status: 'working', ttl: null, ...dates }),
      },
    },
  });
  fresh = await startModernBackend({
    'server/discover': discoverTasks,
    'tools/list': () => listed('tools', [{ name: 'long', inputSchema: { type: 'object' } }]),
    'tools/call': ({ params }) => {
      const meta = params._meta as Record<string, { extensions?: object; sampling?: object }>;
      const said = meta[`${PREFIX}clientCapabilities`];
      if (said?.extensions === undefined || `${PREFIX}tasks` in said.extensions === false)
        return { ...COMPLETE, content: [{ type: 'text', text: JSON.stringify(said) }] };
      return { resultType: 'task', taskId: 't', status: 'working', ttlMs: 60_000, ...dates };
    },
    'tasks/get': ({ params }) => {
      if (params.taskId !== 't') throw new RpcFailure(-32602, 'There is no such task');
      return { ...COMPLETE, taskId: 't', status: 'completed', ttlMs: 60_000, ...dates };
    },
  });
  const http = (url: string) => ({ type: 'http', url });
  gateway = await startTestGateway({ config: { backends: { old: http(old.url), fresh: http(fresh.url) } } });
});
afterAll(async () => {
  for (const one of [gateway, old, fresh]) await one[Symbol.asyncDispose]();
});

const get = (url: string, taskId: string) =>
  sendModern(
    url,
    'tasks/get',
    { taskId },
    { capabilities: { extensions }, mirrored: { 'Mcp-Name': taskId } },
  );

test('a client without sessions is told of the tasks of its era, not of those of the era before', async () => {
  await sendModern(gateway.url, 'tools/list');
  const { result } = await sendModern(gateway.url, 'server/discover');
  expect(result?.capabilities).not.toHaveProperty('tasks');
  expect(result?.capabilities).toMatchObject({ extensions });
  const session = await gateway.open();
  expect(session.opening.message.result.capabilities).toMatchObject({ tasks: TASKS });
  await session.delete();
});

test('a task that a client without sessions kept is looked for where tasks of its era are', async () => {
  await sendModern(gateway.url, 'tools/list');
  expect((await get(gateway.url, 't')).result).toMatchObject({ status: 'completed', ttlMs: 60_000 });
  expect(old.log.of('tasks/get')).toEqual([]);
  await using alone = await startTestGateway({
    config: { backends: { old: { type: 'http', url: old.url } } },
  });
  await sendModern(alone.url, 'tools/list');
  expect((await get(alone.url, 't')).error?.code).toBe(-32602);
  expect(old.log.of('tasks/get')).toEqual([]);
});

test('and so it is for a client with a session', async () => {
  const before = fresh.log.of('tasks/get').length;
  const session = await gateway.open();
  const asked = await session.request('tasks/get', { taskId: 't' });
  expect(asked.message.result).toMatchObject({ status: 'working', ttl: null });
  expect(fresh.log.of('tasks/get')).toHaveLength(before);
  await session.delete();
});

test('a client with a session gets an answer where one without would get a task', async () => {
  const capabilities = { sampling: {}, extensions: { ...extensions, 'x/other': { a: 1 } } };
  await using connected = await connectV1(gateway.url, { capabilities });
  const { client } = connected;
  await until(async () => (await client.listTools()).tools.some(({ name }) => name === 'fresh_long'));
  const result = await client.callTool({ name: 'fresh_long', arguments: {} });
  expect(result.content).toEqual([
    { type: 'text', text: JSON.stringify({ sampling: {}, extensions: { 'x/other': { a: 1 } } }) },
  ]);
});
