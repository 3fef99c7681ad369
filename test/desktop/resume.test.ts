import { expect, test } from 'vitest';
import type { CallValue } from '../../shared/control/contract.ts';
import { refuseWith } from '../backends/interceptions.ts';
import { startPlainBackend } from '../backends/plain-http-backend.ts';
import { verifies } from '../requirements/verifies.ts';
import { openSession } from '../support/session.ts';
import { until } from '../support/until.ts';
import { type DesktopApp, endpointOf, startApp } from './app.ts';

/** More rounds than the wait between attempts needs to grow well beyond the second over which a wake-up is spread. */
const ROUNDS = 7;

async function statusOf(app: DesktopApp, backend: string) {
  const answer = await app.call('backends.list');
  const { backends } = (answer as { value: CallValue<'backends.list'> }).value;
  return backends.find(({ name }) => name === backend)?.status;
}

/** When a backend that is down is tried again by itself, in ms since 1970. */
async function nextTryOf(app: DesktopApp, backend: string): Promise<number | undefined> {
  const status = await statusOf(app, backend);
  return status !== undefined && 'nextTryAt' in status ? status.nextTryAt : undefined;
}

test(verifies(
  ['NET-01', 'NET-02'],
  'after a sleep of the system, what is down is tried before its time, and listening streams are opened anew',
), async () => {
  await using steady = await startPlainBackend();
  await using away = await startPlainBackend({ manners: { intercept: refuseWith(503) } });
  const backends = { steady: { type: 'http', url: steady.url }, away: { type: 'http', url: away.url } };
  await using app = await startApp({ config: { backends } });
  const session = await openSession(await endpointOf(app));
  await using stream = await session.stream();
  await until(() => steady.openStreams() === 1, 'the listening stream', 20_000);
  await until(async () => (await nextTryOf(app, 'away')) !== undefined, 'the first failure', 20_000);
  expect(steady.log.of('GET')).toHaveLength(1);

  let isSooner = false;
  for (let round = 0; round < ROUNDS && !isSooner; round++) {
    const planned = await until(() => nextTryOf(app, 'away'), 'the next plan', 20_000);
    const tried = away.log.of('initialize').length;
    await app.ask('resume');
    await until(() => away.log.of('initialize').length > tried, 'an attempt', 20_000);
    isSooner = Date.now() < planned;
  }
  expect(isSooner).toBe(true);

  await until(() => steady.log.of('GET').length > 1, 'a new stream', 20_000);
  await until(() => steady.openStreams() === 1, 'the stream before to be gone', 20_000);
  steady.push('notifications/message', { level: 'info', data: 'awake' });
  await stream.waitFor(({ params }) => params?.data === 'awake');

  away.manners.intercept = () => undefined;
  await app.ask('resume');
  await until(async () => (await statusOf(app, 'away'))?.state === 'ready', 'the backend', 20_000);
}, 60_000);
