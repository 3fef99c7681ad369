import { expect, test } from 'vitest';
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
