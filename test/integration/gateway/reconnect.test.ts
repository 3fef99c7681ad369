import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { until } from '../../support/until.ts';

const CAPTURED = [['X-Tenant', 'captured-once']] as const;

function gatewayFor(backends: Record<string, Record<string, unknown>>): Promise<TestGateway> {
  return startTestGateway({ config: { passthroughHeaders: ['X-Tenant'], backends } });
}

test(
  verifies(['B25', 'PAS-19'], 'a backend that was killed and comes back gets the value of initialize'),
  async () => {
    const first = await startPlainBackend();
    await using gateway = await gatewayFor({ one: { type: 'http', url: first.url } });
    const session = await gateway.open({ openingHeaders: CAPTURED });
    await session.call('one_echo', { message: 'before' });
    await first.close();
    const during = await session.call(
      'one_echo',
      { message: 'during' },
      { headers: [['X-Tenant', 'other']] },
    );
    expect(during.message.error).toMatchObject({ code: -32000, message: expect.stringContaining('one') });
    await using second = await startPlainBackend({ port: first.port });
    const after = await until(async () => {
      const { message } = await session.call('one_echo', { message: 'after' });
      return message.error === undefined && message;
    }, 'the backend to be used again');
    expect(after.result.content[0].text).toBe('after');
    expect(second.log.of('initialize')).toHaveLength(1);
    for (const request of second.requests) expect(request.header('X-Tenant')).toBe('captured-once');
  },
);

test(
  verifies(['B25'], 'a backend that is not there yet is opened late, with the value of initialize'),
  async () => {
    const placeholder = await startPlainBackend();
    await placeholder.close();
    await using gateway = await gatewayFor({ late: { type: 'http', url: placeholder.url } });
    const session = await gateway.open({ openingHeaders: CAPTURED });
    const stream = await session.stream();
    expect((await session.list('tools')).message.result.tools).toEqual([]);
    await using late = await startPlainBackend({ port: placeholder.port });
    await stream.waitFor(({ method }) => method === 'notifications/tools/list_changed');
    const { tools } = (await session.list('tools')).message.result;
    expect(tools.map(({ name }: { name: string }) => name)).toContain('late_echo');
    expect((await late.log.waitFor('initialize')).header('X-Tenant')).toBe('captured-once');
    await stream.close();
  },
);

test(
  verifies(
    ['B25', 'HTP-09'],
    'hazard 19: a forgotten session: reads are repeated once, a tool call never is',
  ),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await gatewayFor({ one: { type: 'http', url: one.url } });
    const session = await gateway.open({ openingHeaders: CAPTURED });
    await session.list('resources');
    await session.list('tools');
    one.forgetSessions();
    const read = await session.request('resources/read', { uri: 'test://one' });
    expect(read.message.result.contents[0].text).toBe('text of test://one');
    expect(one.log.of('resources/read')).toHaveLength(2);
    one.forgetSessions();
    const call = await session.call('one_echo', { message: 'once' });
    expect(call.message.error).toMatchObject({ code: -32000, data: { code: 'backend.session-lost' } });
    expect(one.log.of('tools/call')).toHaveLength(1);
    const again = await session.call('one_echo', { message: 'twice' });
    expect(again.message.result.content[0].text).toBe('twice');
    expect(one.log.of('initialize')).toHaveLength(3);
    for (const request of one.requests) expect(request.header('X-Tenant')).toBe('captured-once');
  },
);

test(verifies(['HTP-09'], 'a list that meets a forgotten session is asked for again'), async () => {
  await using one = await startPlainBackend();
  await using gateway = await gatewayFor({ one: { type: 'http', url: one.url } });
  const session = await gateway.open();
  one.forgetSessions();
  const { message } = await session.list('prompts');
  expect(message.result.prompts.map(({ name }: { name: string }) => name)).toEqual(['one_greet']);
});

test(
  verifies(['HTP-09'], 'a backend that forgets every session is opened once more, not for ever'),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await gatewayFor({ one: { type: 'http', url: one.url } });
    const session = await gateway.open();
    await session.list('resources');
    await session.list('tools');
    one.manners.intercept = ({ rpc }) =>
      rpc?.method === 'resources/read' || rpc?.method === 'tools/call' ? { status: 404 } : undefined;
    const read = await session.request('resources/read', { uri: 'test://one' });
    expect(read.message.error).toMatchObject({ code: -32000, message: expect.stringContaining('one') });
    expect(one.log.of('resources/read')).toHaveLength(2);
    expect(one.log.of('initialize')).toHaveLength(2);
    const call = await session.call('one_echo', { message: 'once' });
    expect(call.message.error?.code).toBe(-32000);
    expect(one.log.of('tools/call')).toHaveLength(1);
  },
);

test(
  verifies(['HTP-09'], 'many calls that meet one forgotten session open one new session between them'),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await gatewayFor({ one: { type: 'http', url: one.url } });
    const session = await gateway.open();
    await session.list('resources');
    one.forgetSessions();
    const reads = await Promise.all(
      Array.from({ length: 20 }, () => session.request('resources/read', { uri: 'test://one' })),
    );
    expect(reads.filter(({ message }) => message.error !== undefined)).toEqual([]);
    expect(one.log.of('initialize')).toHaveLength(2);
  },
);

test(
  verifies(
    ['B25', 'STD-03'],
    'hazard 23: a process that crashes in mid-call: the call fails, the next one works',
  ),
  async () => {
    await using gateway = await gatewayFor({
      process: { type: 'stdio', ...stdioBackend(), envFromHeaders: { TENANT: 'X-Tenant' } },
    });
    const session = await gateway.open({ openingHeaders: CAPTURED });
    const pid = async (): Promise<string> =>
      (await session.call('process_pid')).message.result.content[0].text;
    const before = await pid();
    const crash = await session.call('process_crash');
    expect(crash.message.error).toMatchObject({ code: -32000, data: { code: 'backend.crashed' } });
    const after = await pid();
    expect(after).not.toBe(before);
    const { text } = (await session.call('process_env')).message.result.content[0];
    expect(JSON.parse(text)).toMatchObject({ TENANT: 'captured-once' });
  },
);

test(verifies(['B25'], 'a listening stream that breaks is opened again with the same value'), async () => {
  await using one = await startPlainBackend({ manners: { preamble: 'retry: 5\ndata:\n\n' } });
  await using gateway = await gatewayFor({ one: { type: 'http', url: one.url } });
  await gateway.open({ openingHeaders: CAPTURED });
  await until(() => one.openStreams() === 1, 'the first stream');
  one.dropStreams();
  await until(() => one.log.of('GET').length === 2, 'the second stream');
  for (const request of one.log.of('GET')) expect(request.header('X-Tenant')).toBe('captured-once');
});
