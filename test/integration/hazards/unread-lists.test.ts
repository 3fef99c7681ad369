import { expect, test, vi } from 'vitest';
import { refuseWith } from '../../backends/interceptions.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { textResult } from '../../backends/tool-calls.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway } from '../../support/gateway.ts';

test('hazard 06: a server that tells of no change keeps its tools while it cannot say which it has by now', async () => {
  await using backend = await startPlainBackend({
    catalog: { capabilities: { tools: {} }, toolHandlers: { stay: () => textResult('stayed') } },
  });
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: backend.url } } },
  });
  const session = await gateway.open();
  const list = async () => (await session.list('tools')).message.result.tools;
  expect(await list()).toHaveLength(1);
  await session.call('one_stay');
  backend.catalog.handlers['tools/list'] = () => {
    throw new RpcFailure(-32603, 'busy');
  };
  expect(await list()).toHaveLength(1);
  expect((await session.call('one_stay')).message.result.content[0].text).toBe('stayed');
});

test(
  verifies(
    ['HTP-01'],
    'a call of a backend whose list could not be read says why, not that nobody has the tool',
  ),
  async () => {
    await using backend = await startPlainBackend();
    backend.manners.intercept = refuseWith(503, {}, ({ rpc }) => rpc?.method === 'tools/list');
    await using gateway = await startTestGateway({
      config: { backends: { one: { type: 'http', url: backend.url } } },
    });
    const session = await gateway.open();
    const { error } = (await session.call('one_echo')).message;
    expect(error?.message).toContain('HTTP 503');
    expect(error?.code).not.toBe(-32602);
  },
);

test('hazard 06: nobody who calls a known tool waits for a list that is read again', async () => {
  await using busy = await startPlainBackend({ catalog: { capabilities: { tools: {} } } });
  await using other = await startPlainBackend();
  const backends = { busy: { type: 'http', url: busy.url }, other: { type: 'http', url: other.url } };
  await using gateway = await startTestGateway({ config: { backends } });
  const session = await gateway.open();
  await session.list('tools');
  await session.call('busy_echo', { message: 'x' });
  const hold = busy.hold('tools/list');
  const [opened] = gateway.patchbay.gateway.sessions.all();
  if (opened === undefined) throw new Error('there is no session');
  const waits = vi.spyOn(opened.lists, 'load');
  const listing = session.list('tools');
  await hold.reached;
  for (const tool of ['busy_echo', 'other_echo'])
    expect((await session.call(tool, { message: tool })).message.result.content[0].text).toBe(tool);
  expect(waits).toHaveBeenCalledTimes(1);
  hold.release();
  await listing;
});
