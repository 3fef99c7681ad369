import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
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

async function newestCall({ client }: TestControl) {
  const { entries } = await value(client.activity.query({}));
  return entries.find((entry) => entry.kind === 'call');
}
