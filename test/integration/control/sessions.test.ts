import { readdir, readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1, connectV2 } from '../../support/clients.ts';
import { eventOf, refusal, startTestControl, value } from '../../support/control.ts';
import { until } from '../../support/until.ts';

const CANARY = 'canary-\u00e9-captured-77';
const SENT = Buffer.from(CANARY, 'latin1').toString('latin1');

test(
  verifies(
    ['B38', 'B40'],
    'every answer and event tells names, lengths and fingerprints; the value only by reveal',
  ),
  async () => {
    await using one = await startPlainBackend();
    await using two = await startPlainBackend();
    await using running = await startTestControl({
      config: {
        passthroughHeaders: ['X-Tenant-Key', 'X-Unsent'],
        backends: {
          one: { type: 'http', url: one.url },
          two: { type: 'http', url: two.url, passthrough: { except: ['X-Tenant-Key'] } },
        },
      },
    });
    const { client, told, defects } = running;
    const session = await running.gateway.open({
      openingHeaders: [
        ['x-tenant-key', SENT],
        ['X-Other', 'unlisted-value-12'],
      ],
    });
    // A backend that says back what it got is the way by which a value could get into a view.
    await session.call('one_headers', {});
    await session.call('one_fail', { message: SENT });
    const [line] = (await value(client.sessions.list({}))).sessions;
    const handle = line?.session ?? '';
    expect(handle).not.toBe(session.id);
    const detail = await value(client.sessions.detail({ session: handle }));
    expect(detail.captured).toEqual([
      {
        name: 'X-Tenant-Key',
        bytes: SENT.length,
        fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
        capturedAt: expect.any(Number),
        source: 'client',
      },
    ]);
    expect(detail.seenNotAllowed).toEqual(['X-Other']);
    const [atOne, atTwo] = detail.backends;
    expect(atOne?.outgoing).toContainEqual({
      name: 'X-Tenant-Key',
      source: 'passthrough',
      place: 'passthroughHeaders[0]',
    });
    expect(atOne?.unsent).toEqual([expect.objectContaining({ name: 'X-Unsent', why: 'not-sent-by-client' })]);
    expect(atOne?.calls.map(({ tool }) => tool)).toEqual(['one_fail', 'one_headers']);
    expect(atTwo).toMatchObject({ captured: [], status: { state: 'ready' } });
    expect(atTwo?.unsent[0]).toMatchObject({ name: 'X-Tenant-Key', why: 'excepted' });
    await value(client.status.snapshot({}));
    await value(client.tools.call({ tool: 'one_headers', argumentsJson: '{}' }));
    await value(client.activity.export({ format: 'jsonl' }));
    await value(client.settings.supportBundle({}));
    await value(client.headers.seen({}));
    await eventOf(running, 'activity.appended', () => true);
    await eventOf(running, 'sessions.changed', () => true);
    expect(told.join('\n')).not.toContain(SENT);
    expect(told.join('\n')).not.toContain('unlisted-value-12');
    expect(told.join('\n')).not.toContain(session.id);
    const before = Date.now();
    const revealed = await value(
      client.sessions.reveal({ session: handle, backend: 'one', header: 'x-TENANT-key' }),
    );
    expect(revealed).toMatchObject({ header: 'X-Tenant-Key', value: SENT });
    expect(revealed.hideAt - before).toBeGreaterThan(29_000);
    expect(revealed.hideAt - before).toBeLessThan(31_000);
    expect(
      (await refusal(client.sessions.reveal({ session: handle, backend: 'two', header: 'X-Tenant-Key' })))
        .code,
    ).toBe('header.not-listed');
    expect((await refusal(client.sessions.reveal({ session: handle, header: 'X-Unsent' }))).code).toBe(
      'header.not-listed',
    );
    expect(running.gateway.logLines.join('\n')).not.toContain(SENT);
    for (const name of await readdir(running.gateway.folder.path)) {
      expect(await readFile(running.gateway.folder.file(name), 'latin1')).not.toContain(SENT);
    }
    expect(defects).toEqual([]);
  },
);

test(
  verifies(['B41'], 'a header that changes is flagged by name and time; the session says when'),
  async () => {
    await using one = await startPlainBackend();
    await using running = await startTestControl({
      config: { passthroughHeaders: ['X-Key', 'X-Late'], backends: { one: { type: 'http', url: one.url } } },
    });
    const { client, told } = running;
    const session = await running.gateway.open({ openingHeaders: [['X-Key', 'first-value-x']] });
    await session.call(
      'one_echo',
      {},
      {
        headers: [
          ['X-Key', 'second-value-x'],
          ['X-Late', 'late-value-x'],
        ],
      },
    );
    const changed = (await eventOf(
      running,
      'sessions.changed',
      ({ sessions }: { sessions: { drift: object[] }[] }) => sessions.some(({ drift }) => drift.length === 2),
    )) as { sessions: { drift: object[] }[] };
    expect(changed.sessions[0]?.drift).toEqual([
      { name: 'X-Key', since: expect.any(Number), now: 'another-value' },
      { name: 'X-Late', since: expect.any(Number), now: 'added' },
    ]);
    // What is told is what the client does now, not how it began to differ; no call is noted of a list.
    await session.list('tools');
    await eventOf(running, 'sessions.changed', ({ sessions }: { sessions: { drift: { now: string }[] }[] }) =>
      sessions.some(({ drift }) => drift[0]?.now === 'missing'),
    );
    const lines = running.gateway.logLines.filter((text) =>
      text.includes('the client now sends other headers'),
    );
    expect(lines.length).toBeLessThanOrEqual(2);
    const [line] = (await value(client.sessions.list({}))).sessions;
    expect(line?.backends[0]).toMatchObject({ drifted: true, capturedCount: 1 });
    const revealed = await value(client.sessions.reveal({ session: line?.session ?? '', header: 'X-Key' }));
    expect(revealed.value).toBe('first-value-x');
    for (const canary of ['first-value-x', 'second-value-x', 'late-value-x'])
      expect(told.join('\n')).not.toContain(canary);
  },
);

test('a fingerprint tells two values apart, is the same for the same value, and another one in another run', async () => {
  await using one = await startPlainBackend();
  const config = { passthroughHeaders: ['X-Key'], backends: { one: { type: 'http', url: one.url } } };
  const prints: string[] = [];
  for (const values of [['a-value', 'a-value', 'b-value'], ['a-value']]) {
    await using running = await startTestControl({ config });
    for (const sent of values) await running.gateway.open({ headers: [['X-Key', sent]] });
    for (const { session } of (await value(running.client.sessions.list({}))).sessions) {
      const detail = await value(running.client.sessions.detail({ session }));
      prints.push(detail.captured[0]?.fingerprint ?? '');
    }
  }
  expect(prints[0]).toBe(prints[1]);
  expect(prints[2]).not.toBe(prints[0]);
  expect(prints[3]).not.toBe(prints[0]);
});

test('real clients are listed as they name themselves, and ended from the window', async () => {
  await using one = await startPlainBackend();
  await using running = await startTestControl({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const { client } = running;
  const first = await connectV1(running.gateway.url, { clientInfo: { name: 'alpha', version: '1' } });
  await using second = await connectV2(running.gateway.url, { clientInfo: { name: 'beta', version: '2' } });
  await second.client.listTools();
  const { sessions } = await value(client.sessions.list({}));
  expect(sessions.map(({ client: { name } }) => name).sort()).toEqual(['alpha', 'beta']);
  const alpha = sessions.find(({ client: { name } }) => name === 'alpha')?.session ?? '';
  await value(client.sessions.end({ session: alpha }));
  await eventOf(running, 'sessions.changed', ({ ended }: { ended: string[] }) => ended.includes(alpha));
  await expect(first.client.listTools()).rejects.toThrow(/not known/);
  expect((await value(client.sessions.list({}))).sessions).toHaveLength(1);
  expect((await refusal(client.sessions.detail({ session: alpha }))).code).toBe('session.unknown');
  await until(() => one.sessionIds().length === 1);
  await first.client.close();
});

test(
  verifies(
    ['B38'],
    'a backend that repeats a captured value in what it says of itself is masked in every view',
  ),
  async () => {
    const canary = 'canary-repeated-by-backend';
    await using one = await startPlainBackend({
      catalog: {
        serverInfo: { name: `I know ${canary}`, version: canary },
        tools: [
          {
            name: 'leak',
            description: `The key is ${canary}.`,
            inputSchema: { type: 'object', title: canary },
          },
        ],
      },
    });
    await using running = await startTestControl({
      config: { passthroughHeaders: ['X-Key'], backends: { one: { type: 'http', url: one.url } } },
    });
    const { client, told } = running;
    const session = await running.gateway.open({
      headers: [['X-Key', canary]],
      clientInfo: { name: canary, version: '1' },
    });
    await session.list('tools');
    const [line] = (await value(client.sessions.list({}))).sessions;
    const detail = await value(client.sessions.detail({ session: line?.session ?? '' }));
    expect(detail.backends[0]?.server?.name).toBe('I know [secret]');
    const { items } = await value(client.tools.catalog({}));
    expect(items[0]?.definition).toMatchObject({
      description: 'The key is [secret].',
      inputSchema: { title: '[secret]' },
    });
    await value(client.backends.test({ name: 'one' }));
    await value(client.settings.supportBundle({}));
    expect(told.join('\n')).not.toContain(canary);
  },
);

test(
  verifies(['STD-04'], 'what was dropped is counted, and the latest line of a process is shown'),
  async () => {
    await using one = await startPlainBackend();
    const banner = '{ not json }\n\u001b[32mWelcome, canary-44!\u001b[0m';
    const noisy = { type: 'stdio', ...stdioBackend({ banner }) };
    await using running = await startTestControl(
      { config: { backends: { noisy, one: { type: 'http', url: one.url } } } },
      { scrub: (text) => text.replaceAll('canary-44', '[secret]') },
    );
    const session = await running.gateway.open();
    await session.call('one_echo', {});
    const droppedOf = async () => {
      const [line] = (await value(running.client.sessions.list({}))).sessions;
      const detail = await value(running.client.sessions.detail({ session: line?.session ?? '' }));
      return Object.fromEntries(detail.backends.map(({ backend, dropped }) => [backend, dropped]));
    };
    await session.call('noisy_echo', {});
    expect(await droppedOf()).toEqual({ noisy: { count: 2, latest: 'Welcome, [secret]!' }, one: undefined });
    await session.call('noisy_garbage', {});
    expect((await droppedOf()).noisy).toEqual({ count: 3, latest: 'this line is no message' });
  },
);

test(
  verifies(
    ['CLK-01', 'B40'],
    'after a clock that jumped, or a sleep, a value shows for its 30 s and an undo lasts its 30 s',
  ),
  async () => {
    await using one = await startPlainBackend();
    await using running = await startTestControl({
      config: { passthroughHeaders: ['X-Key'], backends: { one: { type: 'http', url: one.url } } },
    });
    await running.gateway.open({ openingHeaders: [['X-Key', 'a-value']] });
    const { client } = running;
    const [line] = (await value(client.sessions.list({}))).sessions;
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      for (const hours of [8, -24]) {
        vi.setSystemTime(Date.now() + hours * 3_600_000);
        const shown = await value(client.sessions.reveal({ session: line?.session ?? '', header: 'X-Key' }));
        // The window compares it with the clock on the wall.
        expect(shown.hideAt - Date.now()).toBe(30_000);
      }
      const removed = await value(client.backends.remove({ revision: running.revision(), name: 'one' }));
      expect(removed.undoUntil - Date.now()).toBe(30_000);
    } finally {
      vi.useRealTimers();
    }
  },
);
