import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1 } from '../../support/clients.ts';
import { environmentSecrets, startTestGateway } from '../../support/gateway.ts';
import { isAlive } from '../../support/process-tree.ts';
import type { Session } from '../../support/session.ts';
import { until } from '../../support/until.ts';

const textAt = async (session: Session, tool: string): Promise<string> =>
  (await session.call(tool)).message.result.content[0].text;
const environmentAt = async (session: Session, tool: string): Promise<Record<string, string>> =>
  JSON.parse(await textAt(session, tool));

test(
  verifies(
    ['B28', 'PAS-15', 'STD-09'],
    'a process gets no header, by no channel, and no secret of another backend',
  ),
  async () => {
    await using http = await startPlainBackend();
    await using gateway = await startTestGateway({
      tokens: ['cursor'],
      secrets: environmentSecrets({
        process: { env: { OWN_TOKEN: 'own-secret-1' } },
        http: { headers: { 'X-Api-Key': 'foreign-secret-2' } },
      }),
      config: {
        passthroughHeaders: ['X-Tenant'],
        backends: {
          process: { type: 'stdio', ...stdioBackend(), env: { PLAIN: 'plain' }, secretEnv: ['OWN_TOKEN'] },
          http: { type: 'http', url: http.url, secretHeaders: ['X-Api-Key'] },
        },
      },
    });
    const token = gateway.token('cursor');
    const session = await gateway.open({ token, openingHeaders: [['X-Tenant', 'tenant-value-3']] });
    const environment = await environmentAt(session, 'process_env');
    expect(environment).toMatchObject({ PLAIN: 'plain', OWN_TOKEN: 'own-secret-1' });
    const everything = JSON.stringify(environment);
    for (const foreign of ['tenant-value-3', 'foreign-secret-2', token, 'PATCHBAY_SECRETS']) {
      expect(everything).not.toContain(foreign);
    }
    expect((await http.log.waitFor('initialize')).header('X-Tenant')).toBe('tenant-value-3');
  },
);

test(
  verifies(['B28'], 'a mapped header fills a variable: two sessions with two values have two processes'),
  async () => {
    await using gateway = await startTestGateway({
      config: {
        passthroughHeaders: ['X-Tenant', 'X-Unused'],
        backends: {
          process: { type: 'stdio', ...stdioBackend(), envFromHeaders: { TENANT: 'X-Tenant' } },
        },
      },
    });
    const blue = await gateway.open({ openingHeaders: [['X-Tenant', 'blue']] });
    const red = await gateway.open({ openingHeaders: [['x-tenant', 'red']] });
    const none = await gateway.open();
    const tenants = await Promise.all(
      [blue, red, none].map((session) => environmentAt(session, 'process_env')),
    );
    expect(tenants.map(({ TENANT }) => TENANT)).toEqual(['blue', 'red', undefined]);
    const pids = await Promise.all([blue, red, none].map((session) => textAt(session, 'process_pid')));
    expect(new Set(pids).size).toBe(3);
    await blue.delete();
    await until(() => !isAlive(Number(pids[0])), 'the first process to end');
    expect(await textAt(red, 'process_pid')).toBe(pids[1]);
  },
);

test(
  verifies(
    ['STD-01', 'STA-01'],
    'a command that is not there, or lacks its secret, takes nobody else with it',
  ),
  async () => {
    await using gateway = await startTestGateway({
      config: {
        backends: {
          missing: { type: 'stdio', command: '/nowhere/at-all' },
          lacking: { type: 'stdio', ...stdioBackend(), secretEnv: ['TOKEN'] },
          good: { type: 'stdio', ...stdioBackend() },
        },
      },
    });
    await using connected = await connectV1(gateway.url);
    const { tools } = await connected.client.listTools();
    expect(tools.every(({ name }) => name.startsWith('good_'))).toBe(true);
    const [session] = gateway.patchbay.gateway.sessions.all();
    const states = Object.fromEntries(
      [...(session?.backends ?? [])].map(([name, { session: backend }]) => [name, backend.state()]),
    );
    expect(states).toMatchObject({
      missing: { state: 'off', failure: { code: 'backend.cannot-start' } },
      lacking: {
        state: 'off',
        failure: { code: 'secret.missing', message: expect.stringContaining('TOKEN') },
      },
    });
    await expect(connected.client.callTool({ name: 'missing_x' })).rejects.toThrow('/nowhere/at-all');
  },
);

test('hazard 02: a client that does not listen hears what a process says on the stream of its call', async () => {
  await using gateway = await startTestGateway({
    config: { backends: { process: { type: 'stdio', ...stdioBackend() } } },
  });
  const session = await gateway.open();
  const logged = await session.call('process_log');
  expect(logged.messages.map(({ method }) => method)).toEqual(['notifications/message', undefined]);
  const changed = await session.call('process_notify');
  expect(changed.messages.map(({ method }) => method)).toEqual([
    'notifications/tools/list_changed',
    undefined,
  ]);
  await using stream = await session.stream();
  expect((await session.call('process_log')).messages).toHaveLength(1);
  await stream.waitFor(({ method }) => method === 'notifications/message');
});

test('hazard 24: a message that its client spreads over several lines reaches a process as one', async () => {
  await using gateway = await startTestGateway({
    config: { backends: { process: { type: 'stdio', ...stdioBackend() } } },
  });
  const session = await gateway.open();
  const spread =
    '{\r\n "jsonrpc": "2.0",\n "id": 7,\r "method": "tools/call",\n' +
    ' "params": {\n  "name": "process_echo",\n  "arguments": { "message": "a\\nb" }\n }\n}\n';
  const signal = AbortSignal.timeout(10_000);
  const answer = await session.post(spread, { signal });
  expect(answer.message).toMatchObject({ id: 7, result: { content: [{ text: 'a\nb' }] } });
});
