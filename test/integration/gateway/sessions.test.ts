import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sweepOnce } from '../../../electron/app/sweep.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1, connectV2 } from '../../support/clients.ts';
import { startTestGateway } from '../../support/gateway.ts';
import type { HeaderLines } from '../../support/http-exchange.ts';
import { isAlive } from '../../support/process-tree.ts';
import { startScript } from '../../support/processes.ts';
import { openSession, postMessage } from '../../support/session.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const MAIN = join(import.meta.dirname, '../../../electron/headless/main.ts');
const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });

test(
  verifies(['B64', 'SES-10'], 'an anonymous session refuses a token that comes later, and lives on'),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await startTestGateway({
      config: { backends: { one: { type: 'http', url: one.url } } },
    });
    const session = await gateway.open();
    const upgrade: HeaderLines = [['Authorization', 'Bearer anything']];
    const refused = await session.call('one_echo', { message: 'a' }, { headers: upgrade });
    expect([refused.status, refused.message.error?.code]).toEqual([404, -32001]);
    expect(await session.delete({ headers: upgrade })).toBe(404);
    const stream = await session.stream({ headers: upgrade });
    expect(stream.status).toBe(404);
    expect((await session.call('one_echo', { message: 'b' })).message.result.content[0].text).toBe('b');
  },
);

test(
  verifies(['B63', 'SES-09'], "real clients: another token's session is 404, and the owner notices nothing"),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await startTestGateway({
      tokens: ['alice', 'mallory'],
      config: { backends: { one: { type: 'http', url: one.url } } },
    });
    await using alice = await connectV1(gateway.url, { token: gateway.token('alice') });
    await using mallory = await connectV2(gateway.url, { token: gateway.token('mallory') });
    const stolen: HeaderLines = [
      ['Authorization', `Bearer ${gateway.token('mallory')}`],
      ['Mcp-Session-Id', alice.transport.sessionId ?? ''],
    ];
    expect((await postMessage(gateway.url, LIST, stolen)).status).toBe(404);
    for (const { client } of [alice, mallory]) {
      const { content } = await client.callTool({ name: 'one_echo', arguments: { message: 'mine' } });
      expect(content).toEqual([{ type: 'text', text: 'mine' }]);
    }
    expect(new Set(one.log.of('tools/call').map((call) => call.header('mcp-session-id'))).size).toBe(2);
  },
);

test(
  verifies(
    ['SES-08'],
    'hazard 21: the end of a session ends its calls, its backend sessions and its processes',
  ),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await startTestGateway({
      config: {
        passthroughHeaders: ['X-Tenant'],
        backends: { one: { type: 'http', url: one.url }, process: { type: 'stdio', ...stdioBackend() } },
      },
    });
    const session = await gateway.open({ openingHeaders: [['X-Tenant', 't']] });
    const pid = Number((await session.call('process_pid')).message.result.content[0].text);
    const hold = one.hold('tools/call');
    const running = session.call('one_echo', { message: 'never' });
    await hold.reached;
    expect(await session.delete()).toBe(204);
    expect((await running).message.error?.code).toBe(-32000);
    expect((await one.log.waitFor('DELETE')).header('X-Tenant')).toBe('t');
    expect(one.sessionIds()).toEqual([]);
    await until(() => !isAlive(pid), 'the process to end');
    expect((await session.list('tools')).status).toBe(404);
    hold.release();
  },
);

test(verifies(['B66'], 'a session that is ended while it is being opened does not come back'), async () => {
  await using one = await startPlainBackend();
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const hold = one.hold('initialize');
  const opening = openSession(gateway.url);
  await hold.reached;
  const [state] = gateway.patchbay.gateway.sessions.all();
  if (state === undefined) throw new Error('no session is being opened');
  const ended = gateway.patchbay.gateway.end(state, 'test');
  hold.release();
  await ended;
  const { opening: answer, id } = await opening;
  expect([answer.status, id]).toEqual([404, undefined]);
  expect(gateway.patchbay.gateway.sessions.size()).toBe(0);
  const headers: HeaderLines = [['Mcp-Session-Id', state.id]];
  expect((await postMessage(gateway.url, LIST, headers)).status).toBe(404);
});

describe('idle sessions', () => {
  const HOUR = 3_600_000;

  test(
    verifies(
      ['B67', 'SES-15'],
      'traffic and running calls keep a session alive past its limit, idleness ends it',
    ),
    async () => {
      await using one = await startPlainBackend();
      await using gateway = await startTestGateway({
        config: { gateway: { sessionIdleHours: 1 }, backends: { one: { type: 'http', url: one.url } } },
      });
      const { gateway: core, ports } = gateway.patchbay;
      const session = await gateway.open();
      const [state] = core.sessions.all();
      if (state === undefined) throw new Error('no session');
      // An hour less a second of silence, then a call, and again: two hours in all, and still there.
      for (let round = 0; round < 2; round += 1) {
        state.lastActivityAt -= HOUR - 1_000;
        await session.call('one_echo', { message: 'alive' });
        sweepOnce(core, ports.now() + 500, false);
        expect(core.sessions.size()).toBe(1);
      }
      const hold = one.hold('tools/call');
      const running = session.call('one_echo', { message: 'slow' });
      await hold.reached;
      state.lastActivityAt -= 2 * HOUR;
      sweepOnce(core, ports.now(), false);
      expect(core.sessions.size()).toBe(1);
      hold.release();
      await running;
      sweepOnce(core, ports.now() + HOUR + 1_000, false);
      expect(core.sessions.size()).toBe(0);
      await one.log.waitFor('DELETE');
      expect((await session.list('tools')).status).toBe(404);
    },
  );
});

test(
  verifies(
    ['B39', 'PAS-17', 'SES-13', 'B68'],
    'hazard 20: after a restart the old id is 404 and a new session captures afresh',
  ),
  async () => {
    await using one = await startPlainBackend();
    await using dir = await createTempDir();
    const config = {
      version: 1,
      gateway: { auth: { mode: 'anonymous' } },
      passthroughHeaders: ['X-Tenant'],
      backends: { one: { type: 'http', url: one.url } },
    };
    await writeFile(dir.file('config.json'), JSON.stringify(config), { mode: 0o600 });
    const serve = (port: string) =>
      startScript(MAIN, ['serve', '--config', dir.file('config.json'), '--port', port, '--json'], {
        env: { HOME: dir.path },
      });
    const first = await serve('0');
    const { url } = first.ready;
    const session = await openSession(url, { openingHeaders: [['X-Tenant', 'before']] });
    expect((await session.call('one_echo', { message: 'a' })).status).toBe(200);
    expect((await first.stop()).code).toBe(0);
    await using _second = await serve(new URL(url).port);
    const refused = await session.call('one_echo', { message: 'b' });
    expect([refused.status, refused.message.error?.code]).toEqual([404, -32001]);
    const fresh = await openSession(url, { openingHeaders: [['X-Tenant', 'after']] });
    await fresh.call('one_echo', { message: 'c' });
    expect(one.log.of('initialize').map((request) => request.header('X-Tenant'))).toEqual([
      'before',
      'after',
    ]);
    expect(one.log.of('tools/call').map((request) => request.header('X-Tenant'))).toEqual([
      'before',
      'after',
    ]);
  },
);
