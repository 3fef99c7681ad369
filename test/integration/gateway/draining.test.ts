import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { DRAIN_MS, drainGateway } from '../../../electron/app/drain.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { descendantsOf } from '../../support/process-tree.ts';
import { until } from '../../support/until.ts';
import { startGatewayProcess, textOf } from '../../support/wire-gateway.ts';
import { allEnded, isRunning } from '../stdio-process.support.ts';

const stdio = { type: 'stdio', ...stdioBackend({ withChild: true }) };

/** Whether somebody accepts connections there. */
async function isAccepting(url: string): Promise<boolean> {
  const asking = httpRequest(url, { agent: false, method: 'HEAD' });
  asking.end();
  try {
    const [response] = await once(asking, 'response');
    response.resume();
    return true;
  } catch {
    return false;
  }
}

test(verifies(
  ['CRA-04'],
  'SIGTERM with calls running: nobody new, each call gets its answer, then DELETE, and no child is left',
), async () => {
  await using backend = await startPlainBackend();
  await using gateway = await startGatewayProcess({
    backends: { one: { type: 'http', url: backend.url }, process: stdio },
  });
  const sessions = [await gateway.open(), await gateway.open()];
  const pids: number[] = [];
  for (const session of sessions) {
    for (const tool of ['process_pid', 'process_child']) pids.push(Number(textOf(await session.call(tool))));
  }
  pids.push(...(await descendantsOf(gateway.pid)));
  const hold = backend.hold('tools/call');
  const calls = sessions.flatMap((session) =>
    Array.from({ length: 10 }, (_, index) => session.call('one_echo', { message: String(index) })),
  );
  await until(() => backend.log.of('tools/call').length === calls.length, 'all calls to be under way');
  gateway.running.child.kill('SIGTERM');
  await until(async () => !(await isAccepting(gateway.url)), 'the listener to be closed');
  expect([backend.log.of('DELETE').length, backend.sessionIds().length]).toEqual([0, 2]);
  expect(pids.filter((pid) => !isRunning(pid))).toEqual([]);
  hold.release();
  expect((await Promise.all(calls)).map(textOf)).toEqual(calls.map((_, index) => String(index % 10)));
  expect((await gateway.running.ended).code).toBe(0);
  expect([backend.log.of('DELETE').length, backend.sessionIds()]).toEqual([2, []]);
  await allEnded(pids);
}, 60_000);

test(verifies(
  ['CRA-04', 'SES-08'],
  'a call that outlasts the 10 s of draining is failed with -32000, then all ends',
), async () => {
  expect(DRAIN_MS).toBe(10_000);
  await using backend = await startPlainBackend();
  await using running = await startTestGateway({
    config: { backends: { one: { type: 'http', url: backend.url }, process: stdio } },
  });
  const session = await running.open();
  const pid = Number(textOf(await session.call('process_pid')));
  backend.hold('tools/call');
  const calls = [session.call('one_echo'), session.call('process_hang')];
  await backend.log.waitFor('tools/call');
  const { gateway, listening } = running.patchbay;
  await until(() => [...gateway.sessions.all()][0]?.inFlight.size === 2, 'both calls');
  const patienceMs = 300;
  const began = performance.now();
  let endedAfter = 0;
  const { end } = gateway;
  gateway.end = (ending, why) => {
    endedAfter = performance.now() - began;
    return end(ending, why);
  };
  await drainGateway(gateway, listening, patienceMs);
  expect(endedAfter).toBeGreaterThanOrEqual(patienceMs);
  for (const { message } of await Promise.all(calls)) {
    expect(message.error).toMatchObject({ code: -32000, message: 'The gateway is closing.' });
  }
  expect([backend.log.of('DELETE').length, backend.sessionIds(), isRunning(pid)]).toEqual([1, [], false]);
}, 60_000);
