import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { textResult } from '../../backends/tool-calls.ts';
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
