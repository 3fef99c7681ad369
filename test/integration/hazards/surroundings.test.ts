import { request as httpRequest } from 'node:http';
import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { watchNetwork } from '../../../electron/app/network-watch.ts';
import { listen } from '../../backends/listening.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { exchange } from '../../support/http-exchange.ts';
import { openSession, type Session } from '../../support/session.ts';
import { until } from '../../support/until.ts';

const TENANT = [['X-Tenant', 'captured-once']] as const;
const HOUR_MS = 3_600_000;

let one: PlainBackend;
let two: PlainBackend;
let gateway: TestGateway;

const entry = ({ url }: { readonly url: string }) => ({ type: 'http', url });
const unknown = ({ params }: { params: Record<string, unknown> }) => {
  throw new RpcFailure(-32002, `no ${String(params.uri)}`);
};

beforeAll(async () => {
  one = await startPlainBackend({
    manners: { eventIds: true },
    catalog: { handlers: { 'resources/read': unknown } },
  });
  two = await startPlainBackend();
  gateway = await startTestGateway({
    config: { passthroughHeaders: ['X-Tenant'], backends: { one: entry(one), two: entry(two) } },
  });
});
afterAll(async () => {
  for (const owned of [gateway, one, two]) await owned[Symbol.asyncDispose]();
});

test(
  verifies(['B26'], 'where one request becomes several, each backend sees the captured value'),
  async () => {
    const session = await gateway.open({ openingHeaders: TENANT });
    // Nobody lists it: the backends are asked one after the other, the first one in vain.
    const { message } = await session.request('resources/read', { uri: 'linked://nowhere' });
    expect(message.result.contents[0].text).toContain('linked://nowhere');
    await session.request('logging/setLevel', { level: 'info' });
    for (const backend of [one, two]) {
      const steps = [...backend.log.of('resources/read'), ...backend.log.of('logging/setLevel')];
      expect(steps.length).toBeGreaterThanOrEqual(2);
      for (const step of steps) expect(step.header('x-tenant')).toBe('captured-once');
    }
    await session.delete();
  },
);

test(
  verifies(['CLK-01'], 'a clock that jumps by a day in either direction disturbs no session'),
  async () => {
    const session = await gateway.open();
    await session.call('one_echo', { message: 'before' });
    const opened = one.log.of('initialize').length;
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      for (const hours of [24, -48]) {
        vi.setSystemTime(Date.now() + hours * HOUR_MS);
        // Two looks of the gateway's own clock.
        const looks = performance.now() + 600;
        await until(() => performance.now() > looks, 'the clock of the gateway');
        const { message } = await session.call('one_echo', { message: `${hours}` });
        expect(message.result.content[0].text).toBe(`${hours}`);
      }
    } finally {
      vi.useRealTimers();
    }
    expect(one.log.of('initialize')).toHaveLength(opened);
    await session.delete();
  },
);

describe('a network that changes', () => {
  test(
    verifies(
      ['NET-01'],
      'and comes back: backends are used again soon, for the same persons with the same headers',
    ),
    async () => {
      let addresses = '10.0.0.1';
      const signs = { addresses: () => addresses, wallClock: () => performance.now() };
      const first = await startPlainBackend();
      const far = { ...entry(first), identityHeaders: 'on' };
      await using away = await startTestGateway({
        config: { passthroughHeaders: ['X-Tenant'], backends: { far } },
        tokens: ['one'],
      });
      using _ = watchNetwork(away.patchbay.gateway, () => undefined, signs, 5);
      const sessions = await Promise.all(
        ['a', 'b', 'c'].map((tenant) =>
          away.open({ token: away.token('one'), openingHeaders: [['X-Tenant', tenant]] }),
        ),
      );
      /** Tenant and person as the backend sees them in a call of each session. */
      const seen = async (): Promise<(string | undefined)[][]> => {
        const answers = await Promise.all(sessions.map((session) => session.call('far_headers')));
        return answers.map(({ message }) => {
          const lines: string[] = JSON.parse(message.result.content[0].text);
          return ['X-Tenant', 'X-User-Sub'].map((name) => lines[lines.indexOf(name) + 1]);
        });
      };
      const before = await seen();
      expect(before).toEqual(['a', 'b', 'c'].map((tenant) => [tenant, userInfo().username]));
      addresses = '';
      await first.close();
      for (const session of sessions) {
        const { message } = await session.call('far_echo', { message: 'lost' });
        expect(message.error).toMatchObject({ code: -32000 });
      }
      await using second = await startPlainBackend({ port: first.port });
      addresses = '10.0.0.2';
      const back = performance.now();
      await until(() => second.log.of('initialize').length === 3, 'all sessions', 10_000);
      expect(performance.now() - back).toBeLessThan(10_000);
      expect(await seen()).toEqual(before);
      const every = second.requests.map(({ header }) => `${header('x-tenant')} ${header('x-user-sub')}`);
      expect(new Set(every)).toEqual(new Set(before.map((both) => both.join(' '))));
    },
  );

  test(
    verifies(['NET-02'], 'after a sleep streams are opened anew, and every session is usable'),
    async () => {
      let clock = 0;
      const session = await gateway.open({ openingHeaders: TENANT });
      await using stream = await session.stream();
      await until(() => one.openStreams() === 1 && two.openStreams() === 1, 'the listening streams');
      one.push('notifications/message', { level: 'info', data: 'numbered' });
      await stream.waitFor(({ params }) => params?.data === 'numbered');
      const before = one.log.of('GET').length;
      using _ = watchNetwork(
        gateway.patchbay.gateway,
        () => undefined,
        { addresses: () => 'same', wallClock: () => clock },
        5,
      );
      clock = 8 * HOUR_MS;
      const anew = await until(() => one.log.of('GET')[before], 'a new stream');
      expect([anew.header('x-tenant'), anew.header('last-event-id')]).toEqual(['captured-once', '1']);
      await until(() => one.openStreams() === 1, 'the old stream to be gone');
      one.push('notifications/message', { level: 'info', data: 'after the sleep' });
      await stream.waitFor(({ params }) => params?.data === 'after the sleep');
      const { message } = await session.call('two_echo', { message: 'awake' });
      expect(message.result.content[0].text).toBe('awake');
      await session.delete();
    },
  );

  test(verifies(['NET-03'], 'with ::1 on, clients reach us over both addresses and by name'), async () => {
    await using both = await startTestGateway({ config: { gateway: { host: '::1' } } });
    const port = both.patchbay.listening.port();
    for (const host of ['[::1]', '127.0.0.1', 'localhost']) {
      const session = await openSession(`http://${host}:${port}/mcp`);
      expect([host, session.opening.status]).toEqual([host, 200]);
    }
    const foreign = await exchange(`http://127.0.0.1:${port}/mcp`, {
      headers: [['Host', `evil.example:${port}`]],
    });
    expect(foreign.status).toBe(403);
  });

  test(verifies(['NET-06'], 'proxy variables count for remote backends, never for loopback'), async () => {
    const asked: string[] = [];
    const proxy = await listen((request, response) => {
      asked.push(request.url ?? '');
      const { pathname } = new URL(request.url ?? '');
      const { method, headers } = request;
      const onward = httpRequest(
        { host: '127.0.0.1', port: two.port, path: pathname, method, headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(response);
        },
      );
      request.pipe(onward);
      response.once('close', () => onward.destroy());
    });
    vi.stubEnv('HTTP_PROXY', proxy.origin).stubEnv('http_proxy', proxy.origin).stubEnv('NO_PROXY', '');
    try {
      const remote = { url: 'http://remote.example.test/mcp' };
      await using proxied = await startTestGateway({
        config: { backends: { remote: entry(remote), local: entry(one) } },
      });
      const session = await proxied.open();
      for (const tool of ['remote_echo', 'local_echo']) {
        const { message } = await session.call(tool, { message: tool });
        expect(message.result.content[0].text).toBe(tool);
      }
      await session.delete();
    } finally {
      vi.unstubAllEnvs();
      await proxy.close();
    }
    expect(asked.length).toBeGreaterThan(0);
    expect(new Set(asked)).toEqual(new Set(['http://remote.example.test/mcp']));
  });
});

test(
  verifies(['CRA-02'], 'a fault of our own ends its request; a session that meets many ends, too'),
  async () => {
    const [healthy, ill] = [await gateway.open(), await gateway.open()];
    const inside = gateway.patchbay.gateway.sessions.get(ill.id ?? '');
    if (inside === undefined) throw new Error('the session is not there');
    await ill.list('tools');
    const thrown = vi.spyOn(inside.lists, 'current').mockImplementation(() => {
      throw new RangeError('injected');
    });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) {
      const { status, message } = await ill.call('one_echo', { message: 'a' });
      statuses.push(status);
      expect(message.error).toMatchObject({ code: -32603, message: expect.not.stringContaining('injected') });
    }
    expect(statuses).toEqual([500, 500, 500, 500]);
    expect((await healthy.call('one_echo', { message: 'b' })).message.result.content[0].text).toBe('b');
    thrown.mockRestore();
    expect((await ill.call('one_echo', { message: 'c' })).message.result.content[0].text).toBe('c');
    vi.spyOn(inside.lists, 'current').mockImplementation(() => {
      throw new RangeError('injected');
    });
    await ill.call('one_echo', { message: 'the fifth' });
    expect((await ill.request('ping')).status).toBe(404);
    expect((await healthy.request('ping')).message.result).toEqual({});
    await healthy.delete();
  },
);

test(verifies(
  ['RES-02', 'SES-14'],
  'a thousand sessions are served, each with its stream to a backend; one more is refused politely',
), async () => {
  await using backend = await startPlainBackend({ catalog: { capabilities: { tools: {} } } });
  await using crowded = await startTestGateway({ config: { backends: { two: entry(backend) } } });
  const opened: Session[] = [];
  while (opened.length < 1_050) {
    opened.push(...(await Promise.all(Array.from({ length: 50 }, () => openSession(crowded.url)))));
  }
  const served = opened.filter(({ opening }) => opening.status === 200);
  const refused = opened.filter(({ opening }) => opening.status === 503);
  expect([served.length, refused.length]).toEqual([1_000, 50]);
  for (const { opening } of refused) expect(opening.headers['retry-after']).toBeDefined();
  await until(() => backend.openStreams() === 1_000, 'a stream for each', 60_000);
  const some = served.filter((_, index) => index % 10 === 9);
  const answers = await Promise.all(some.map((one) => one.call('two_echo', { message: one.id ?? '' })));
  expect(answers.map(({ message }) => message.result?.content[0].text)).toEqual(some.map(({ id }) => id));
}, 120_000);

describe('input that is made to be slow', () => {
  const long = 'a'.repeat(200_000);
  test.each<[string, string, Record<string, unknown>]>([
    ['an address of slashes', 'resources/read', { uri: `test://${'/'.repeat(200_000)}!` }],
    ['an address of braces', 'resources/read', { uri: `${'{'.repeat(100_000)}${'}'.repeat(100_000)}` }],
    ['an address with many escapes', 'resources/read', { uri: `patchbay://${'%25'.repeat(60_000)}` }],
    ['a name of one letter', 'tools/call', { name: `one_${long}!` }],
    ['a name of underscores', 'tools/call', { name: '_'.repeat(200_000) }],
    ['a completion of braces', 'completion/complete', { ref: { type: 'ref/resource', uri: `{${long}` } }],
    ['a level', 'logging/setLevel', { level: `${long}\n` }],
    ['a cursor', 'tools/list', { cursor: `${long}==` }],
  ])(verifies(['RES-05'], '%s is answered in time'), async (_, method, params) => {
    const session = await gateway.open();
    const began = performance.now();
    const { status } = await session.request(method, params);
    expect(status).toBe(200);
    expect(performance.now() - began).toBeLessThan(1_500);
    await session.delete();
  });

  test(verifies(['RES-05'], 'so is a template of a backend, and a header'), async () => {
    const uriTemplate = `slow://${'{a}{b}'.repeat(2_000)}x`;
    await using slow = await startPlainBackend({
      catalog: {
        resourceTemplates: [
          { uriTemplate, name: 'slow' },
          { uriTemplate: '{'.repeat(9_000), name: 'b' },
        ],
      },
    });
    await using served = await startTestGateway({ config: { backends: { slow: entry(slow) } } });
    const session = await served.open();
    await session.list('resources/templates');
    const began = performance.now();
    await session.request('resources/read', { uri: `slow://${'ab'.repeat(50_000)}` });
    const accept = `${','.repeat(7_000)}text/event-stream`;
    await session.request(
      'ping',
      {},
      {
        headers: [
          ['Accept', accept],
          ['X-Other', ' \t'.repeat(2_000)],
        ],
      },
    );
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});
