import { expect, test } from 'vitest';
import { COMPLETE, listed, startModernBackend } from '../../backends/modern-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { textResult } from '../../backends/tool-calls.ts';
import { connectV1 } from '../../support/clients.ts';
import { freePort } from '../../support/free-port.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { sendModern } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

type Era = 'legacy' | 'modern';

/** A server of one era whose tool `who` answers the era. */
async function startServer(era: Era, port: number) {
  if (era === 'legacy')
    return await startPlainBackend({ port, catalog: { toolHandlers: { who: () => textResult(era) } } });
  const tools = [{ name: 'who', inputSchema: { type: 'object' } }];
  return await startModernBackend(
    {
      'tools/list': () => listed('tools', tools),
      'tools/call': () => ({ ...COMPLETE, ...textResultOf(era) }),
    },
    { port },
  );
}

const textResultOf = (text: string) => ({ content: [{ type: 'text', text }] });

test.each<[Era, Era]>([
  ['modern', 'legacy'],
  ['legacy', 'modern'],
])('a %s server that is replaced by a %s one is found out by its answers', async (before, after) => {
  const port = await freePort();
  const first = await startServer(before, port);
  await using _ = first;
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: first.url } } },
  });
  await using connected = await connectV1(gateway.url);
  const who = {
    legacy: async () => (await connected.client.callTool({ name: 'one_who', arguments: {} })).content,
    modern: async () => (await sendModern(gateway.url, 'tools/call', { name: 'one_who' })).result?.content,
  };
  for (const ask of [who.legacy, who.modern]) expect(await ask()).toEqual(textResultOf(before).content);
  await first[Symbol.asyncDispose]();
  await using second = await startServer(after, port);
  expect(second.url).toBe(first.url);
  for (const ask of [who.legacy, who.modern]) {
    // The first call tells; it is not made twice, so it fails.
    await until(
      async () => {
        const answer = await ask().catch(() => undefined);
        return JSON.stringify(answer) === JSON.stringify(textResultOf(after).content);
      },
      'the new server',
      15_000,
    );
  }
});

test('a modern server that refuses for reasons of its own is asked once, and loses no call for it', async () => {
  await using backend = await startModernBackend({
    'tools/list': () => listed('tools', [{ name: 'who', inputSchema: { type: 'object' } }]),
    'tools/call': () => {
      throw new RpcFailure(-32050, 'Come back tomorrow');
    },
  });
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: backend.url } } },
  });
  await sendModern(gateway.url, 'tools/list');
  const asked = () => backend.log.of('server/discover').length;
  const before = asked();
  for (let turn = 0; turn < 3; turn++) {
    const { error } = await sendModern(gateway.url, 'tools/call', { name: 'one_who' });
    expect(error?.message).toBe('Come back tomorrow');
  }
  await until(() => asked() > before);
  expect(asked()).toBe(before + 1);
  const [scope] = [...gateway.patchbay.gateway.sessions.all()];
  expect([...(scope?.backends.values() ?? [])].map(({ session }) => session.reopened())).toEqual([0]);
});
