import { expect, test, vi } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestControl, value } from '../../support/control.ts';
import { until } from '../../support/until.ts';

const SLEPT_MS = 8 * 3_600_000;
/** Far more than the test takes, far less than the sleep. */
const NEAR_MS = 600_000;

test(verifies(['NET-02', 'CLK-01'], 'after a sleep what happens now is shown as of now'), async () => {
  await using one = await startPlainBackend();
  await using running = await startTestControl({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const before = await running.gateway.open();
  await before.list('tools');
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const slept = Date.now();
    vi.setSystemTime(slept + SLEPT_MS);
    const { client } = running;
    const isNow = (time: number): boolean => Math.abs(Date.now() - time) < NEAR_MS;
    await until(async () => isNow((await value(client.status.snapshot({}))).now), 'the sleep to be noticed');
    const after = await running.gateway.open();
    await after.call('one_echo', { message: 'm' });
    const { entries } = await value(client.activity.query({ limit: 10 }));
    expect(entries.map(({ at }) => isNow(at))).toContain(true);
    const { sessions } = await value(client.sessions.list({}));
    expect(sessions.map(({ openedAt }) => isNow(openedAt))).toContain(true);
    const [line] = (await value(client.backends.list({}))).backends;
    expect(line?.status).toMatchObject({ state: 'ready' });
    expect(line?.callsPerMinute).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});
