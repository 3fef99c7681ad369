import { expect, test } from 'vitest';
import { type Eras, startSdkV2Backend } from '../../backends/sdk-v2-backend.ts';
import { connectV2 } from '../../support/clients.ts';
import { startTestGateway } from '../../support/gateway.ts';

const MODERN = { pin: '2026-07-28' };

test.each<Eras>(['modern', 'dual', 'legacy'])(
  'a client without sessions uses a backend that is %s',
  async (eras) => {
    await using backend = await startSdkV2Backend(eras);
    await using gateway = await startTestGateway({
      config: { backends: { one: { type: 'http', url: backend.url } } },
    });
    await using connected = await connectV2(gateway.url, { mode: MODERN });
    const { client } = connected;

    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['one_echo', 'one_whoami']);
    const echoed = await client.callTool({ name: 'one_echo', arguments: { message: 'hello' } });
    expect(echoed.content).toEqual([{ type: 'text', text: 'hello' }]);
    const read = await client.readResource({ uri: 'v2://one' });
    expect(read.contents).toEqual([{ uri: 'v2://one', text: 'one' }]);
    const prompt = await client.getPrompt({ name: 'one_greet', arguments: { name: 'Ada' } });
    expect(prompt.messages[0]?.content).toEqual({ type: 'text', text: 'Greet Ada' });
  },
);

test('a client that finds out the era by itself takes the newer one', async () => {
  await using backend = await startSdkV2Backend('legacy');
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: backend.url } } },
  });
  await using connected = await connectV2(gateway.url, { mode: 'auto' });
  expect(connected.client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
  expect((await connected.client.listTools()).tools).toHaveLength(2);
});
