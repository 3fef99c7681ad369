import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import { createMemorySecretStore } from '../../support/memory-secret-store.ts';
import { postMessage, type Session } from '../../support/session.ts';
import { until } from '../../support/until.ts';

const CAPTURED = [['X-Tenant', 'captured-once']] as const;

async function toolNames(session: Session): Promise<string[]> {
  const { tools } = (await session.list('tools')).message.result;
  return tools.map(({ name }: { name: string }) => name);
}

test(verifies(['CFG-15', 'B25'], 'a backend added, edited and removed while a session lives'), async () => {
  await using one = await startPlainBackend();
  await using two = await startPlainBackend();
  await using three = await startPlainBackend();
  const passthroughHeaders = ['X-Tenant'];
  const entry = ({ url }: { url: string }) => ({ type: 'http', url });
  await using gateway = await startTestGateway({
    config: { passthroughHeaders, backends: { one: entry(one) } },
  });
  const session = await gateway.open({ openingHeaders: CAPTURED });
  const stream = await session.stream();
  const told = async (count: number) =>
    until(
      () =>
        stream.messages().filter(({ method }) => method === 'notifications/tools/list_changed').length >=
        count,
      `${count} notices`,
    );
  expect(await toolNames(session)).not.toContain('two_echo');

  await gateway.rewrite({ passthroughHeaders, backends: { one: entry(one), two: entry(two) } });
  await told(1);
  expect(await toolNames(session)).toEqual(expect.arrayContaining(['one_echo', 'two_echo']));
  expect((await two.log.waitFor('initialize')).header('X-Tenant')).toBe('captured-once');
  expect(one.log.of('initialize')).toHaveLength(1);

  const edited = { ...entry(three), headers: { 'X-Region': 'eu' } };
  await gateway.rewrite({ passthroughHeaders, backends: { one: entry(one), two: edited } });
  const moved = await three.log.waitFor('initialize');
  expect([moved.header('X-Tenant'), moved.header('X-Region')]).toEqual(['captured-once', 'eu']);
  expect((await two.log.waitFor('DELETE')).header('X-Tenant')).toBe('captured-once');
  const { message } = await session.call('two_echo', { message: 'at three' });
  expect(message.result.content[0].text).toBe('at three');
  expect(two.log.of('tools/call')).toEqual([]);

  await gateway.rewrite({ passthroughHeaders, backends: { two: edited } });
  await told(2);
  expect(await toolNames(session)).not.toContain('one_echo');
  expect((await session.call('one_echo')).message.error?.code).toBe(-32602);
  await one.log.waitFor('DELETE');
  await stream.close();
});

test(
  verifies(['CFG-15', 'SES-08'], 'a call under way at a backend that is removed ends with an error, at once'),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await startTestGateway({
      config: { backends: { one: { type: 'http', url: one.url } } },
    });
    const session = await gateway.open();
    const hold = one.hold('tools/call');
    const call = session.call('one_echo', { message: 'never' });
    await hold.reached;
    await gateway.rewrite({ backends: {} });
    const { message } = await call;
    expect(message.error?.code).toBe(-32000);
    hold.release();
  },
);

test(
  verifies(['PAS-18'], 'an edited allowlist counts for new sessions only; old ones keep their set'),
  async () => {
    await using one = await startPlainBackend();
    const backends = { one: { type: 'http', url: one.url } };
    await using gateway = await startTestGateway({ config: { passthroughHeaders: ['X-A'], backends } });
    const headers = [
      ['X-A', 'a'],
      ['X-B', 'b'],
    ] as const;
    const reached = async (session: Session) => {
      const { content } = (await session.call('one_headers')).message.result;
      const raw = JSON.parse(content[0].text) as string[];
      return ['X-A', 'X-B'].filter((name) => raw.includes(name));
    };
    const old = await gateway.open({ headers });
    await gateway.rewrite({ passthroughHeaders: ['X-B'], backends });
    expect(await reached(old)).toEqual(['X-A']);
    expect(await reached(await gateway.open({ headers }))).toEqual(['X-B']);
    await gateway.rewrite({ passthroughHeaders: [], backends });
    expect(await reached(old)).toEqual(['X-A']);
    expect(await reached(await gateway.open({ headers }))).toEqual([]);
    // A backend that is opened again for the old session gets the old session's set.
    one.forgetSessions();
    await session404(old);
    expect(await reached(old)).toEqual(['X-A']);
    const [state] = gateway.patchbay.gateway.sessions.all();
    expect([...(state?.drift ?? [])]).toEqual([]);
  },
);

async function session404(session: Session): Promise<void> {
  await session.request('resources/read', { uri: 'test://one' });
}

test(
  verifies(['CFG-15'], 'a dead address that is corrected: the next session waits for its backend again'),
  async () => {
    await using good = await startPlainBackend();
    await using gateway = await startTestGateway({
      config: { backends: { one: { type: 'http', url: 'http://127.0.0.1:9/mcp' } } },
    });
    const first = await gateway.open();
    expect(await toolNames(first)).toEqual([]);
    await first.delete();
    await gateway.rewrite({ backends: { one: { type: 'http', url: good.url } } });
    const hold = good.hold('initialize');
    let isOpen = false;
    const opening = gateway.open().finally(() => {
      isOpen = true;
    });
    await hold.reached;
    // Were it not waited for, initialize would be answered before all of these.
    const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    for (let turn = 0; turn < 5; turn += 1) await postMessage(gateway.url, ping, [['Mcp-Session-Id', 'x']]);
    expect(isOpen).toBe(false);
    hold.release();
    expect(await toolNames(await opening)).toContain('one_echo');
  },
);

test(
  verifies(
    ['CFG-15'],
    'another program writes the file: noticed by itself, and a broken one changes nothing',
  ),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await startTestGateway();
    const session = await gateway.open();
    expect(await toolNames(session)).toEqual([]);
    const { auth } = { auth: { mode: 'anonymous' } };
    const text = (backends: object) => JSON.stringify({ version: 1, gateway: { auth }, backends });
    await writeFile(gateway.configFile.path, text({ one: { type: 'http', url: one.url } }));
    await until(async () => (await toolNames(session)).includes('one_echo'), 'the new backend');
    const changed = createLatch();
    using _ = gateway.configFile.onChange(() => changed.open());
    await writeFile(gateway.configFile.path, '{ "version": 1, "backends": {');
    await changed.promise;
    expect(gateway.configFile.current().problems.map(({ code }) => code)).toContain('config.syntax');
    const { message } = await session.call('one_echo', { message: 'still here' });
    expect(message.result.content[0].text).toBe('still here');
    expect(one.log.of('initialize')).toHaveLength(1);
  },
);

test(
  verifies(['CFG-18', 'PAS-09'], 'a collision that an edit brings fails new sessions and leaves old ones'),
  async () => {
    await using one = await startPlainBackend();
    const entry = { type: 'http', url: one.url };
    const secrets = createMemorySecretStore([
      [{ backend: 'one', kind: 'header', name: 'X-Tenant' }, 'static-4242'],
    ]);
    await using gateway = await startTestGateway({
      secrets,
      config: { passthroughHeaders: ['X-Tenant'], backends: { one: entry } },
    });
    const old = await gateway.open({ openingHeaders: CAPTURED });
    const collided = { one: { ...entry, secretHeaders: ['X-Tenant'] } };
    await gateway.rewrite({ passthroughHeaders: ['X-Tenant'], backends: collided });
    await expect(gateway.open({ openingHeaders: CAPTURED })).rejects.toThrow(/X-Tenant of backend one/);
    const { message } = await old.call('one_echo', { message: 'a' });
    expect(message.error?.message).toContain('X-Tenant');
    expect(message.error?.message).not.toContain('captured-once');
    for (const request of one.requests) expect(request.header('X-Tenant')).toBe('captured-once');
    expect(secrets.reads).toBe(0);
  },
);
