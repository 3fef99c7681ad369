import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { environmentSecrets, startTestGateway } from '../../support/gateway.ts';
import { openSession } from '../../support/session.ts';

const entry = ({ url }: { url: string }) => ({ type: 'http', url });

test(
  verifies(
    ['CFG-13'],
    'a backend that is the gateway itself: refused at run time by -32600, without recursion',
  ),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await startTestGateway({ config: { backends: { one: entry(one) } } });
    for (const host of ['127.0.0.1', 'localhost']) {
      const url = gateway.url.replace('127.0.0.1', host);
      await gateway.rewrite({ backends: { one: entry(one), self: { type: 'http', url } } });
      const session = await gateway.open();
      expect((await session.call('one_echo', { message: host })).message.result.content[0].text).toBe(host);
      expect(gateway.patchbay.gateway.sessions.size()).toBe(1);
      const failed = (await session.call('self_echo')).message.error;
      expect(failed?.message).toContain('self');
      await session.delete();
    }
  },
);

test(
  verifies(['CFG-13'], 'the answer to a looping initialize is 400 with -32600 and its own code'),
  async () => {
    await using gateway = await startTestGateway();
    const { hop } = gateway.patchbay.ports;
    for (const marker of [hop, `${'a'.repeat(24)}, ${hop}`, Array(9).fill('b'.repeat(24)).join()]) {
      const { opening } = await openSession(gateway.url, { openingHeaders: [['X-Patchbay-Hop', marker]] });
      expect(opening.status).toBe(400);
      expect(opening.message.error).toMatchObject({ code: -32600, data: { code: 'backend.loop' } });
    }
    expect(gateway.patchbay.gateway.sessions.size()).toBe(0);
  },
);

test(
  verifies(['CFG-13'], 'two gateways that are backends of each other do not call each other for ever'),
  async () => {
    await using one = await startPlainBackend();
    await using left = await startTestGateway();
    await using right = await startTestGateway({
      config: { backends: { left: entry(left), one: entry(one) } },
    });
    await left.rewrite({ backends: { right: entry(right), one: entry(one) } });
    const session = await left.open();
    expect((await session.call('right_one_echo', { message: 'round' })).message.result.content[0].text).toBe(
      'round',
    );
    expect(left.patchbay.gateway.sessions.size()).toBe(1);
    expect(right.patchbay.gateway.sessions.size()).toBe(1);
  },
);

test(verifies(['IDN-01'], 'what a client writes into our own header family travels no further'), async () => {
  await using one = await startPlainBackend();
  await using gateway = await startTestGateway({
    config: { passthroughHeaders: ['X-Patchbay-Role'], backends: { one: entry(one) } },
  });
  const session = await gateway.open({
    openingHeaders: [
      ['X-Patchbay-Hop', 'made up, by a client'],
      ['X-Patchbay-Role', 'admin'],
    ],
  });
  await session.call('one_echo', { message: 'a' });
  for (const request of one.requests) {
    expect(request.header('X-Patchbay-Hop')).toBe(gateway.patchbay.ports.hop);
    expect(request.header('X-Patchbay-Role')).toBeUndefined();
  }
});

test(
  verifies(
    ['B29', 'PAS-16', 'HTP-05'],
    'a redirect to another port is refused and that server has seen nothing',
  ),
  async () => {
    await using second = await startPlainBackend();
    await using first = await startPlainBackend({
      manners: {
        intercept: ({ rpc }) =>
          rpc?.method === 'tools/call' ? { status: 307, headers: { location: second.url } } : undefined,
      },
    });
    await using gateway = await startTestGateway({
      secrets: environmentSecrets({ one: { headers: { 'X-Api-Key': 'static-4242' } } }),
      config: {
        passthroughHeaders: ['X-Tenant'],
        backends: { one: { ...entry(first), secretHeaders: ['X-Api-Key'] } },
      },
    });
    const session = await gateway.open({ openingHeaders: [['X-Tenant', 'tenant-4711']] });
    const { message } = await session.call('one_echo');
    expect(message.error).toMatchObject({ code: -32603, data: { code: 'backend.redirect-refused' } });
    expect(second.requests).toEqual([]);
    const text = JSON.stringify(message) + gateway.logLines.join();
    for (const value of ['static-4242', 'tenant-4711']) expect(text).not.toContain(value);
  },
);

test(verifies(['B29'], 'a redirect on the same origin carries the headers along'), async () => {
  await using one = await startPlainBackend({
    manners: {
      intercept: ({ path }) =>
        path === '/mcp' ? { status: 307, headers: { location: '/moved' } } : undefined,
    },
  });
  await using gateway = await startTestGateway({
    config: { passthroughHeaders: ['X-Tenant'], backends: { one: entry(one) } },
  });
  const session = await gateway.open({ openingHeaders: [['X-Tenant', 'tenant-4711']] });
  expect((await session.call('one_echo', { message: 'a' })).message.result.content[0].text).toBe('a');
  const moved = one.requests.filter(({ path }) => path === '/moved');
  expect(moved.length).toBeGreaterThan(2);
  for (const request of moved) expect(request.header('X-Tenant')).toBe('tenant-4711');
});
