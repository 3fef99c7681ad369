import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { textResult } from '../../backends/tool-calls.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1, connectV2 } from '../../support/clients.ts';
import { startTestGateway } from '../../support/gateway.ts';
import type { Session } from '../../support/session.ts';
import { until } from '../../support/until.ts';

const HTTP = (url: string) => ({ type: 'http', url });

async function backendsOf(count: number, answers: 'json' | 'sse' = 'json'): Promise<PlainBackend[]> {
  return Promise.all(
    Array.from({ length: count }, () =>
      startPlainBackend({
        manners: { answers },
        catalog: {
          toolHandlers: {
            // The caller's header and its nonce come back together: a mix-up of either shows.
            nonce: async ({ nonce, ms }, { request }) => {
              await wait(Number(ms));
              return textResult(`${String(nonce)} ${request?.header('X-Tenant')}`);
            },
          },
        },
      }),
    ),
  );
}

async function closeAll(backends: readonly PlainBackend[]): Promise<void> {
  await Promise.all(backends.map((backend) => backend.close()));
}

test(
  verifies(
    ['B23', 'PAS-04', 'SES-04'],
    '256 calls in flight over 50 sessions and 5 backends: none lost, none crossed',
  ),
  async () => {
    const backends = await backendsOf(5);
    const names = backends.map((_, index) => `b${index}`);
    await using gateway = await startTestGateway({
      config: {
        passthroughHeaders: ['X-Tenant'],
        backends: Object.fromEntries(backends.map(({ url }, index) => [`b${index}`, HTTP(url)])),
      },
    });
    const sessions = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        gateway.open({ openingHeaders: [['X-Tenant', `tenant-${index}`]] }),
      ),
    );
    // On a loaded machine five backends take a while to open for fifty sessions, and calls do not wait for them for ever.
    const isOpen = async (session: Session): Promise<boolean> => {
      const tools: { name: string }[] = (await session.list('tools')).message.result.tools;
      return names.every((name) => tools.some((tool) => tool.name === `${name}_nonce`));
    };
    for (const session of sessions) await until(() => isOpen(session), 'all backends of a session', 60_000);
    const failures: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(
        Array.from({ length: 256 }, async (_, index) => {
          const session = sessions[index % 50];
          const nonce = `${round}-${index}`;
          const tool = `${names[index % 5]}_nonce`;
          const reply = await session?.call(tool, { nonce, ms: (index * 7) % 50 });
          const text = reply?.message.result?.content[0].text;
          if (text !== `${nonce} tenant-${index % 50}`) failures.push(reply?.text ?? 'no reply');
        }),
      );
    }
    expect(failures).toEqual([]);
    expect(backends.reduce((sum, { log }) => sum + log.of('tools/call').length, 0)).toBe(512);
    await closeAll(backends);
  },
);

test(
  verifies(
    ['B23', 'PAS-04', 'B30'],
    'real clients: two sessions, two values, 100 interleaved calls, no cross-over',
  ),
  async () => {
    const backends = await backendsOf(2, 'sse');
    await using gateway = await startTestGateway({
      config: {
        passthroughHeaders: ['X-Tenant'],
        backends: Object.fromEntries(backends.map(({ url }, index) => [`b${index}`, HTTP(url)])),
      },
    });
    await using blue = await connectV1(gateway.url, { headers: { 'X-Tenant': 'blue' } });
    await using red = await connectV2(gateway.url, { headers: { 'X-Tenant': 'red' } });
    const call = (index: number) => {
      const request = { name: `b${index % 2}_nonce`, arguments: { nonce: index, ms: (index * 3) % 10 } };
      return index % 4 < 2 ? blue.client.callTool(request) : red.client.callTool(request);
    };
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => call(index)));
    for (const [index, { content }] of answers.entries()) {
      expect(content).toEqual([{ type: 'text', text: `${index} ${index % 4 < 2 ? 'blue' : 'red'}` }]);
    }
    for (const backend of backends) {
      const ports = (tenant: string) =>
        new Set(
          backend.requests
            .filter((one) => one.header('X-Tenant') === tenant)
            .map(({ remotePort }) => remotePort),
        );
      expect([...ports('blue')].filter((port) => ports('red').has(port))).toEqual([]);
    }
    await closeAll(backends);
  },
);

test('initialize with 20 healthy backends takes less than a second, and all tools are there', async () => {
  const backends = await backendsOf(20);
  await using gateway = await startTestGateway({
    config: { backends: Object.fromEntries(backends.map(({ url }, index) => [`b${index}`, HTTP(url)])) },
  });
  const began = performance.now();
  const session = await gateway.open();
  expect(performance.now() - began).toBeLessThan(1_000);
  expect((await session.list('tools')).message.result.tools).toHaveLength(20);
  await closeAll(backends);
});

test(
  verifies(
    ['HTP-01'],
    'hazard 18: a dead and a hanging backend neither delay initialize beyond 5 s nor hide the others',
  ),
  async () => {
    const healthy = await backendsOf(3);
    // Accepts connections and never says a word.
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const dead = await startPlainBackend();
    await dead.close();
    await using gateway = await startTestGateway({
      config: {
        backends: {
          dead: HTTP(dead.url),
          hanging: HTTP(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp`),
          ...Object.fromEntries(healthy.map(({ url }, index) => [`b${index}`, HTTP(url)])),
        },
      },
    });
    const began = performance.now();
    const session = await gateway.open();
    expect(performance.now() - began).toBeLessThan(5_000);
    // The list comes while the hanging one still hangs: it has 30 s to open.
    const { tools } = (await session.list('tools')).message.result;
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(tools.map(({ name }: { name: string }) => name)).toEqual(['b0_nonce', 'b1_nonce', 'b2_nonce']);
    // The next session does not wait for it.
    expect(gateway.patchbay.gateway.unresponsive).toEqual(new Set(['dead', 'hanging']));
    const asked = performance.now();
    const gone = await session.call('dead_nonce', {});
    expect(gone.message.error).toMatchObject({ code: -32000, message: expect.stringContaining('dead') });
    expect(performance.now() - asked).toBeLessThan(5_000);
    const calls = await Promise.all(
      ['b0_nonce', 'b1_nonce', 'b2_nonce'].map((name) => session.call(name, { nonce: name, ms: 0 })),
    );
    for (const { message } of calls) expect(message.error).toBeUndefined();
    await closeAll(healthy);
    silent.close();
  },
);
