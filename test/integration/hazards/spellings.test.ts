import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPLETE, listed, type ModernBackend, startModernBackend } from '../../backends/modern-backend.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { sendModern } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

let one: PlainBackend;
let modern: ModernBackend;
let gateway: TestGateway;

const marked = (mark: unknown, type = 'string') => ({
  type: 'object',
  properties: { region: { type, 'x-mcp-header': mark } },
});

beforeAll(async () => {
  one = await startPlainBackend();
  modern = await startModernBackend({
    'tools/list': () =>
      listed('tools', [
        { name: 'good', inputSchema: marked('Region') },
        { name: 'blank', inputSchema: marked('no header name') },
        { name: 'nested', inputSchema: marked('Region', 'object') },
      ]),
    'tools/call': () => ({ ...COMPLETE, content: [] }),
  });
  const process = { type: 'stdio', ...stdioBackend() };
  gateway = await startTestGateway({
    config: {
      backends: { one: { type: 'http', url: one.url }, modern: { type: 'http', url: modern.url }, process },
    },
  });
});
afterAll(async () => {
  for (const owned of [gateway, one, modern]) await owned[Symbol.asyncDispose]();
});

test(verifies(['SES-04', 'SES-05'], 'an id is the same in every spelling, also at a process'), async () => {
  const session = await gateway.open();
  await until(
    async () => JSON.stringify((await session.list('tools')).message.result).includes('process_echo'),
    'the tools of the process',
    20_000,
  );
  const call = (id: string, tool: string) =>
    session.post(
      `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}","arguments":{"message":"m"}}}`,
    );
  for (const tool of ['one_echo', 'process_echo']) {
    const { message } = await call('1.0', tool);
    expect([message.id, message.result.content[0].text]).toEqual([1, 'm']);
  }
  const hold = one.hold('tools/call');
  const first = call('77', 'one_echo');
  await hold.reached;
  expect((await call('77.0', 'process_echo')).status).toBe(400);
  // A cancellation finds its call in every spelling, too.
  await session.post('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7.7e1}}');
  expect((await first).messages).toEqual([]);
  hold.release();
});

test(
  verifies(['TRN-11'], 'a member that stands twice in params or in _meta is refused, in both eras'),
  async () => {
    const session = await gateway.open();
    const seen = one.log.entries.length;
    for (const params of [
      '{"name":"one_echo","_meta":{"progressToken":1,"progressToken":2}}',
      '{"name":"one_echo","_meta":{},"_meta":{}}',
      '{"name":"one_echo","_meta":{"a":1,"\\u0061":2}}',
    ]) {
      const reply = await session.post(`{"jsonrpc":"2.0","id":5,"method":"tools/call","params":${params}}`);
      expect([params, reply.status, reply.message.error?.code, reply.message.id]).toEqual([
        params,
        400,
        -32600,
        5,
      ]);
    }
    expect(one.log.entries.slice(seen).filter(({ rpc }) => rpc?.method === 'tools/call')).toEqual([]);
  },
);

test('tools whose header marks are invalid are not shown to clients without sessions', async () => {
  const names = (result: unknown) =>
    (result as { tools: { name: string }[] }).tools
      .map(({ name }) => name)
      .filter((name) => name.startsWith('modern'));
  const session = await gateway.open();
  const shown = ['modern_good', 'modern_blank', 'modern_nested'];
  expect(names((await session.list('tools')).message.result)).toEqual(shown);
  expect(names((await sendModern(gateway.url, 'tools/list')).result)).toEqual(['modern_good']);
});

test('a session that is opened again does not wait for the farewell to the lost one', async () => {
  const slow = await startPlainBackend();
  await using quick = await startTestGateway({
    config: { backends: { slow: { type: 'http', url: slow.url } } },
  });
  const session = await quick.open();
  await session.list('tools');
  const farewell = slow.hold('DELETE');
  slow.manners.takeOver = ({ httpMethod }) => httpMethod === 'DELETE';
  slow.forgetSessions();
  const began = performance.now();
  const { message } = await session.request('resources/read', { uri: 'test://one' });
  expect(message.result.contents[0].uri).toBe('test://one');
  // The farewell alone may take 5 s.
  expect(performance.now() - began).toBeLessThan(4_000);
  farewell.release();
  await slow.close();
});
