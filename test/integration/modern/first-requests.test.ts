import { expect, test } from 'vitest';
import {
  COMPLETE,
  discoverTasks,
  listed,
  type ModernHandler,
  startModernBackend,
} from '../../backends/modern-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import { openModern, PREFIX, sendModern } from '../../support/modern.ts';

// A client without a session begins with whatever it likes: nothing has been opened or read for it then.

const TOOLS = listed('tools', [{ name: 'deploy', inputSchema: { type: 'object' } }]);
const vendor = { ...COMPLETE, vendor: true };

/** A gateway before backends at these addresses, none of which has been asked for anything. */
async function startBefore(stack: AsyncDisposableStack, ...urls: string[]) {
  const backends = Object.fromEntries(urls.map((url, index) => [`b${index}`, { type: 'http', url }]));
  return stack.use(await startTestGateway({ config: { backends } })).url;
}

test('a method of an extension reaches the one backend there is, whatever its era, as the first request of all', async () => {
  await using stack = new AsyncDisposableStack();
  const modern = stack.use(
    await startModernBackend({ 'tools/list': () => TOOLS, 'vendor/method': () => vendor }),
  );
  const sessions = stack.use(
    await startPlainBackend({ catalog: { handlers: { 'vendor/method': () => ({ vendor: true }) } } }),
  );
  const params = { a: 1 };
  for (const { url } of [modern, sessions]) {
    const gateway = await startBefore(stack, url);
    const reply = await sendModern(gateway, 'vendor/method', params);
    expect([reply.status, reply.result]).toEqual([200, vendor]);
    for (const method of ['ping', 'logging/setLevel', 'tasks/list', 'tasks/result'])
      expect([method, (await sendModern(gateway, method)).status]).toEqual([method, 404]);
  }
  const [received] = sessions.log.of('vendor/method');
  expect(received?.rpc?.params).toEqual({ a: 1, _meta: {} });
});

test('a task that the client kept is found though no backend is open yet', async () => {
  await using stack = new AsyncDisposableStack();
  const task: ModernHandler = ({ params }) => ({ ...COMPLETE, taskId: params.taskId, status: 'working' });
  const { url } = stack.use(
    await startModernBackend({
      'server/discover': discoverTasks,
      'tools/list': () => TOOLS,
      'tasks/get': task,
    }),
  );
  const capabilities = { extensions: { [`${PREFIX}tasks`]: {} } };
  const mirrored = { 'Mcp-Name': 'kept' };
  const gateway = await startBefore(stack, url);
  const reply = await sendModern(gateway, 'tasks/get', { taskId: 'kept' }, { capabilities, mirrored });
  expect(reply.result).toMatchObject({ taskId: 'kept', status: 'working' });
});

test('hazard 5: a call that is closed before its tool is known reaches no backend', async () => {
  await using stack = new AsyncDisposableStack();
  const asked = createLatch();
  const answer = createLatch();
  const list: ModernHandler = async () => {
    asked.open();
    await answer.promise;
    return TOOLS;
  };
  const backend = stack.use(
    await startModernBackend({ 'tools/list': list, 'tools/call': () => ({ ...COMPLETE, content: [] }) }),
  );
  const gateway = await startBefore(stack, backend.url);
  const abort = new AbortController();
  const call = openModern(gateway, 'tools/call', { name: 'b0_deploy' }, { signal: abort.signal });
  await asked.promise;
  abort.abort();
  await expect(call).rejects.toThrow();
  // The connection is gone for the gateway, too, once it has answered a request that came later.
  await sendModern(gateway, 'no/such');
  answer.open();
  expect((await sendModern(gateway, 'tools/list')).result).toMatchObject({
    tools: [{ name: 'b0_deploy' }],
  });
  await sendModern(gateway, 'tools/call', { name: 'b0_deploy' }, { id: 'later' });
  expect(backend.log.of('tools/call').map(({ rpc }) => rpc?.idText)).toEqual(['"later"']);
});
