import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPLETE, listed, type ModernBackend, startModernBackend } from '../../backends/modern-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import { type ModernReply, PREFIX } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

const BRIDGE = join(import.meta.dirname, '../../../electron/bridge/main.ts');
const INPUT = { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } };
const done = { ...COMPLETE, content: [{ type: 'text', text: 'done' }] };
const _meta = {
  [`${PREFIX}protocolVersion`]: '2026-07-28',
  [`${PREFIX}clientInfo`]: { name: 'by-hand', version: '1' },
  [`${PREFIX}clientCapabilities`]: {},
};

let backend: ModernBackend;
let gateway: TestGateway;
const hung = createLatch();
const cut = createLatch();
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  backend = await startModernBackend({
    'tools/list': () =>
      listed('tools', [
        { name: 'deploy', inputSchema: INPUT },
        { name: 'hang', inputSchema: { type: 'object' } },
      ]),
    'tools/call': async ({ params, notify, closed }) => {
      if (params.name === 'hang') {
        hung.open();
        await closed;
        cut.open();
      }
      const token = (params._meta as { progressToken?: unknown }).progressToken;
      if (token !== undefined) notify('notifications/progress', { progressToken: token, progress: 1 });
      return done;
    },
  });
  gateway = await startTestGateway({ config: { backends: { one: { type: 'http', url: backend.url } } } });
});
afterAll(async () => {
  for (const cleanup of cleanups) await cleanup();
  await gateway[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
});

const command = () => ({
  command: process.execPath,
  args: [BRIDGE],
  env: { PATCHBAY_URL: gateway.url, PATH: process.env.PATH ?? '' },
});

/** A bridge and what it wrote to stdout. */
function startBridge(): ChildProcess & { readonly said: ModernReply[] } {
  const { args, env } = command();
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const said: ModernReply[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line)));
  cleanups.push(() => child.kill('SIGKILL'));
  return Object.assign(child, { said });
}

const say = (child: ChildProcess, message: object): void => {
  child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
};
const call = (id: number, name: string, args: object = {}) => ({
  id,
  method: 'tools/call',
  params: { name, arguments: args, _meta },
});

for (const mode of ['auto', { pin: '2026-07-28' }] as const) {
  test(`a client over stdio finds the era without sessions and works in it: ${JSON.stringify(mode)}`, async () => {
    const client = new Client({ name: 'v2', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StdioClientTransport(command()));
    cleanups.push(() => client.close());
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['one_deploy', 'one_hang']);
    const { content } = await client.callTool({ name: 'one_deploy', arguments: { region: 'Zürich' } });
    expect(content).toEqual(done.content);
  });
}

test(
  verifies(['TRN-11', 'TRN-12'], 'the bridge repeats a message in headers, those of arguments by the list'),
  async () => {
    const bridge = startBridge();
    const before = backend.log.of('tools/call').length;
    // It has listed nothing: the bridge reads the list by itself.
    say(bridge, call(1, 'one_deploy', { region: ' é ' }));
    await until(() => bridge.said.length > 0);
    expect(bridge.said).toEqual([{ jsonrpc: '2.0', id: 1, result: done }]);
    const [only, ...others] = backend.log.of('tools/call').slice(before);
    expect(others).toEqual([]);
    expect(only?.header('mcp-param-region')).toBe(`=?base64?${Buffer.from(' é ').toString('base64')}?=`);
    say(bridge, { id: 'x', method: 'no/such', params: { _meta } });
    await until(() => bridge.said.length > 1);
    expect(bridge.said[1]).toMatchObject({ id: 'x', error: { code: -32601 } });
    const { params } = call(3, 'one_deploy');
    say(bridge, { ...call(3, 'one_deploy'), params: { ...params, _meta: { ..._meta, progressToken: 't' } } });
    await until(() => bridge.said.length > 3);
    expect(bridge.said.slice(2)).toMatchObject([{ params: { progressToken: 't', progress: 1 } }, { id: 3 }]);
  },
);

test('a cancellation over stdio closes the request, and nothing is said of it any more', async () => {
  const bridge = startBridge();
  say(bridge, call(7, 'one_hang'));
  await hung.promise;
  say(bridge, { method: 'notifications/cancelled', params: { requestId: 7 } });
  await cut.promise;
  say(bridge, call(8, 'one_deploy'));
  await until(() => bridge.said.length > 0);
  // It may also come too late.
  say(bridge, { method: 'notifications/cancelled', params: { requestId: 8 } });
  say(bridge, call(9, 'one_deploy'));
  await until(() => bridge.said.some(({ id }) => id === 9));
  expect(bridge.said).toEqual([8, 9].map((id) => ({ jsonrpc: '2.0', id, result: done })));
});

test('what is listened to comes over stdio under its id until the client cancels it', async () => {
  const bridge = startBridge();
  const notifications = { toolsListChanged: true };
  say(bridge, { id: 'l', method: 'subscriptions/listen', params: { notifications, _meta } });
  await until(() => bridge.said.length > 0);
  const id = { [`${PREFIX}subscriptionId`]: 'l' };
  expect(bridge.said[0]?.params).toEqual({ _meta: id, notifications });
  const scopes = () => [...gateway.patchbay.gateway.sessions.all()];
  const count = () => scopes().reduce((sum, { listens }) => sum + (listens?.count() ?? 0), 0);
  const before = count();
  say(bridge, { method: 'notifications/cancelled', params: { requestId: 'l', _meta } });
  await until(() => count() === before - 1);
});
