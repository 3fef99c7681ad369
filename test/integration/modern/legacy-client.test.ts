import { expect, test } from 'vitest';
import { startSdkV2Backend } from '../../backends/sdk-v2-backend.ts';
import { connectV1 } from '../../support/clients.ts';
import { startTestGateway } from '../../support/gateway.ts';

test('a client with sessions uses a backend that knows only the revision without them', async () => {
  await using backend = await startSdkV2Backend('modern');
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: backend.url } } },
  });
  await using connected = await connectV1(gateway.url);
  const { client } = connected;

  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['one_echo', 'one_whoami']);
  expect(await client.callTool({ name: 'one_echo', arguments: { message: 'hello' } })).toEqual({
    content: [{ type: 'text', text: 'hello' }],
  });
  expect(await client.readResource({ uri: 'v2://one' })).toEqual({
    contents: [{ uri: 'v2://one', text: 'one' }],
  });
  const prompt = await client.getPrompt({ name: 'one_greet', arguments: { name: 'Ada' } });
  expect(prompt.messages[0]?.content).toEqual({ type: 'text', text: 'Greet Ada' });
});

test('a backend of both eras is used with a session where the client has one', async () => {
  await using backend = await startSdkV2Backend('dual');
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: backend.url } } },
  });
  await using connected = await connectV1(gateway.url);
  expect((await connected.client.listTools()).tools).toHaveLength(2);
  const [session] = [...gateway.patchbay.gateway.sessions.all()];
  const states = [...(session?.backends.values() ?? [])].map((one) => one.session.state());
  expect(states).toMatchObject([{ state: 'ready', hello: { protocolVersion: '2025-11-25' } }]);
});
