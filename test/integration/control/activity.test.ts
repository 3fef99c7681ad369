import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { eventOf, startTestControl, type TestControl, value } from '../../support/control.ts';

type Told = { entries: { target?: string; outcome: string; bytesIn?: number; bytesOut?: number }[] };

test('a call is told when it begins and again when it ends, with the bytes of question and answer', async () => {
  await using one = await startPlainBackend();
  await using running = await startTestControl({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const session = await running.gateway.open();
  await session.list('tools');
  const hold = one.hold('tools/call');
  const call = session.call('one_echo', { message: 'x'.repeat(1_000) });
  const is =
    (outcome: string) =>
    ({ entries }: Told): boolean =>
      entries.some((entry) => entry.target === 'one_echo' && entry.outcome === outcome);
  await eventOf(running, 'activity.appended', is('running'));
  const begun = await newestCall(running);
  expect(begun).toMatchObject({ outcome: 'running' });
  expect(begun?.bytesIn).toBeGreaterThan(1_000);
  expect(begun).not.toHaveProperty('duration');
  hold.release();
  await call;
  await eventOf(running, 'activity.appended', is('ok'));
  const ended = await newestCall(running);
  expect(ended).toMatchObject({ id: begun?.id, outcome: 'ok' });
  expect(ended?.bytesOut).toBeGreaterThan(1_000);
  expect(ended?.duration).toBeGreaterThan(0);
});

test(
  verifies(
    ['HTP-13'],
    'tools that their backends change stand in the list beside the calls, and are counted as none',
  ),
  async () => {
    await using stack = new AsyncDisposableStack();
    const lax = stack.use(
      await startPlainBackend({ catalog: { tools: [pay('Pays.'), pay('Pays.', 'lend')] } }),
    );
    const strict = stack.use(await startPlainBackend({ catalog: { tools: [pay('Pays.')] } }));
    const running = stack.use(
      await startTestControl({
        config: {
          backends: {
            lax: { type: 'http', url: lax.url },
            strict: { type: 'http', url: strict.url, tools: { changed: 'hold' } },
          },
        },
      }),
    );
    const { client } = running;
    const session = await running.gateway.open({ clientInfo: { name: 'cursor', version: '1' } });
    await session.list('tools');
    await session.call('lax_pay');
    lax.catalog.tools = [pay('Pays somebody else.'), pay('Also.', 'lend'), pay('New.', 'steal')];
    strict.catalog.tools = [pay('Pays somebody else.')];
    for (const name of ['lax', 'strict']) await value(client.backends.test({ name }));
    await eventOf(running, 'activity.appended', ({ entries }: Told) =>
      outcomesOf(entries).includes('held-back'),
    );

    const { text } = await session.list('tools');
    expect(text).toContain('lax_pay');
    expect(text).not.toContain('strict_pay');
    const { entries } = await value(client.activity.query({}));
    expect(outcomesOf(entries).toSorted()).toEqual(['changed', 'held-back', 'tool-error']);
    const changes = entries.filter(({ kind }) => kind === 'tool-change');
    expect(changes).toMatchObject([
      { backend: 'strict', outcome: 'held-back', tools: ['pay'], count: 1 },
      { backend: 'lax', outcome: 'changed', tools: ['pay', 'lend'], count: 2 },
    ]);
    const [strictChange] = changes;
    const found = async (filter: Parameters<typeof client.activity.query>[0]) =>
      (await value(client.activity.query(filter))).entries;
    expect(await found({ outcomes: ['held-back'] })).toEqual([strictChange]);
    expect(await found({ search: 'LEND' })).toEqual([changes[1]]);
    expect(await found({ target: 'pay', backend: 'strict' })).toEqual([strictChange]);
    expect(await found({ client: 'cursor' })).toHaveLength(1);
    expect((await value(client.activity.stats({ since: 0, step: 86_400_000 }))).backends).toMatchObject([
      { backend: 'lax', calls: 1 },
    ]);
    expect((await value(client.status.snapshot({}))).callsLastMinute).toBe(1);
    const { files } = await value(client.settings.supportBundle({}));
    expect(files.find(({ name }) => name === 'activity.jsonl')?.text).toContain('"held-back"');

    const [item] = (await value(client.tools.catalog({ backend: 'strict' }))).items;
    const digest = item?.definition.digest ?? '';
    await value(client.tools.approve({ backend: 'strict', tool: 'pay', digest }));
    await eventOf(running, 'activity.appended', ({ entries }: Told) =>
      outcomesOf(entries).includes('approved'),
    );
    const [newest] = (await value(client.activity.query({}))).entries;
    expect(newest).toMatchObject({ backend: 'strict', outcome: 'approved', tools: ['pay'] });
    const csv = await value(client.activity.export({ format: 'csv', outcomes: ['changed'] }));
    expect(csv.text.split('\r\n')[1]).toMatch(/,lax,,pay; lend,changed,,,,,tool-change,2$/);
  },
);

function pay(description: string, name = 'pay'): object {
  return { name, description, inputSchema: { type: 'object' } };
}

function outcomesOf(entries: readonly { outcome: string }[]): string[] {
  return entries.map(({ outcome }) => outcome);
}

async function newestCall({ client }: TestControl) {
  const { entries } = await value(client.activity.query({}));
  return entries.find((entry) => entry.kind === 'call');
}
