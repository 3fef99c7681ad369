import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Lie } from '../../backends/lies.ts';
import { type LyingBackend, startLyingBackend } from '../../backends/lying-backend.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import type { Session } from '../../support/session.ts';

const MIB = 1024 * 1024;
let liar: LyingBackend;
let healthy: PlainBackend;
let gateway: TestGateway;

beforeAll(async () => {
  liar = await startLyingBackend();
  healthy = await startPlainBackend();
  const entry = ({ url }: { url: string }) => ({ type: 'http', url });
  gateway = await startTestGateway({ config: { backends: { liar: entry(liar), healthy: entry(healthy) } } });
});
beforeEach(() => liar.confess());
// What an earlier session tries again is no part of the next test.
afterEach(async () => {
  for (const session of opened.splice(0)) await session.delete();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await liar.close();
  await healthy[Symbol.asyncDispose]();
});

const opened: Session[] = [];
async function open(): Promise<Session> {
  const session = await gateway.open();
  opened.push(session);
  return session;
}

const json =
  (result: (index: number) => string): Lie =>
  (response, { rpc }) => {
    const text = `{"jsonrpc":"2.0","id":${rpc?.idText ?? 'null'},"result":${result(told++)}}`;
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  };
let told = 0;

async function expectHealthy(session: Session): Promise<void> {
  const { message } = await session.list('tools');
  const names: string[] = message.result.tools.map(({ name }: { name: string }) => name);
  expect(names.filter((name) => name.startsWith('healthy_'))).toHaveLength(7);
  const called = await session.call('healthy_echo', { message: 'm' });
  expect(called.message.result.content[0].text).toBe('m');
}

const hello = (capabilities: string, instructions: string): string =>
  `{"protocolVersion":"2025-11-25","serverInfo":{},"capabilities":${capabilities},"instructions":"${instructions}"}`;

test.each([
  ['nested too deep to be written', hello(`{"experimental":{"x":${'['.repeat(2e4)}${']'.repeat(2e4)}}}`, '')],
  ['of 4 MiB', hello('{"tools":{}}', 'i'.repeat(4 * MIB))],
  ['of half a million values', hello(`{"x":[${'{},'.repeat(5e5)}1]}`, '')],
])(
  verifies(['HTP-11', 'CRA-02'], 'a backend that says things %s of itself keeps no session from opening'),
  async (_, said) => {
    liar.lie(
      'initialize',
      json(() => said),
    );
    const session = await open();
    expect(session.opening.status).toBe(200);
    expect(session.opening.text.length).toBeLessThan(100_000);
    await expectHealthy(session);
  },
);

test(verifies(['HTP-11'], 'instructions over 64 KiB are cut'), async () => {
  liar.lie(
    'initialize',
    json(() => hello('{"tools":{}}', 'i'.repeat(200_000))),
  );
  const session = await open();
  await expectHealthy(session);
  expect(session.opening.text.length).toBeLessThan(70_000);
});

test(verifies(['HTP-03', 'HTP-12'], 'pages are read up to 32 MiB together'), async () => {
  const before = liar.log.of('tools/list').length;
  liar.lie(
    'tools/list',
    json((index) => `{"tools":[],"nextCursor":"c${index}","x":"${'x'.repeat(12 * MIB)}"}`),
  );
  await expectHealthy(await open());
  expect(liar.log.of('tools/list').length - before).toBeLessThanOrEqual(12);
});

test(verifies(['HTP-11', 'RES-05'], 'a list of a million empty things is left out'), async () => {
  liar.lie(
    'tools/list',
    json(() => `{"tools":[${'[],'.repeat(1e6)}1]}`),
  );
  await expectHealthy(await open());
});

test(
  verifies(
    ['HTP-02', 'HTP-07'],
    'a list that does not come is waited for once, and not by every call to others',
  ),
  async () => {
    liar.lie('tools/list', () => undefined);
    const session = await open();
    await expectHealthy(session);
    const from = performance.now();
    for (let call = 0; call < 5; call++) await session.call('healthy_echo', { message: 'm' });
    // A second each, before.
    expect(performance.now() - from).toBeLessThan(4_000);
  },
);

test(verifies(['HTP-04'], 'informational answers without end end the call'), async () => {
  const session = await open();
  await session.list('tools');
  liar.lie('tools/call', (response) => {
    const { socket } = response;
    const pump = (): void => {
      if (socket === null || socket.destroyed) return;
      if (socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(50))) setImmediate(pump);
      else socket.once('drain', pump);
    };
    socket?.on('error', () => undefined);
    pump();
  });
  const { message } = await session.call('liar_echo', { message: 'm' });
  expect(message.error).toMatchObject({ code: -32603, message: expect.stringContaining('informational') });
  await expectHealthy(session);
});
