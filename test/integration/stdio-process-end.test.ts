import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { createWatchdog } from '../../electron/backends/stdio/watchdog.ts';
import { verifies } from '../requirements/verifies.ts';
import { descendantsOf } from '../support/process-tree.ts';
import { until } from '../support/until.ts';
import { allEnded, isRunning, observe, script } from './stdio-process.support.ts';

const QUICK = { terminateAfter: 100, killAfter: 400 };

test(verifies(['STD-07', 'CRA-04'], 'ends a well-behaved child by the end of its stdin alone'), async () => {
  const observed = observe('show.mjs');
  await observed.firstLine();
  observed.child.write(Buffer.from('one more'));
  const begin = performance.now();
  await observed.child.stop();
  expect(performance.now() - begin).toBeLessThan(1_400);
  expect(observed.lines[1]).toBe('one more');
  expect(observed.exits).toMatchObject([{ code: 0, signal: null, reason: 'stopped' }]);
});

test(
  verifies(['STD-07'], 'kills a child that ignores the end of stdin and SIGTERM, with its whole family'),
  async () => {
    const observed = observe('stubborn.mjs', ['--family', '--stray'], { stopTiming: QUICK });
    const pids = (await observed.firstLine()).pids as number[];
    expect(pids.map(isRunning)).toEqual([true, true, true]);
    await Promise.all([observed.child.stop(), observed.child.stop()]);
    expect(pids.map(isRunning)).toEqual([false, false, false]);
    expect(observed.exits).toMatchObject([{ code: null, signal: 'SIGKILL', reason: 'stopped' }]);
    await observed.child.stop();
  },
);

test(verifies(['STD-07'], 'sends SIGKILL after five seconds by default'), async () => {
  const observed = observe('stubborn.mjs');
  await observed.firstLine();
  const begin = performance.now();
  await observed.child.stop();
  const seconds = (performance.now() - begin) / 1_000;
  expect(seconds).toBeGreaterThan(4.9);
  expect(seconds).toBeLessThan(6.5);
});

test(verifies(['STD-07'], 'can be stopped while it starts'), async () => {
  const observed = observe('deaf.mjs', [], { stopTiming: QUICK });
  await observed.child.stop();
  expect(observed.exits).toMatchObject([{ reason: 'stopped' }]);
});

test(
  verifies(['STD-10'], 'children end within five seconds when our process is killed with SIGKILL'),
  async () => {
    const host = spawn(
      process.execPath,
      [script('host.ts'), script('show.mjs'), script('deaf.mjs'), `${script('stubborn.mjs')},--family`],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pids: number[] = [];
    createInterface({ input: host.stdout }).on('line', (line) => {
      const said = JSON.parse(line);
      pids.push(...(JSON.parse(said.line).pids ?? [said.pid]));
    });
    await until(() => pids.length === 4, 'four processes');
    const everybody = await descendantsOf(host.pid ?? 0);
    expect(everybody).toEqual(expect.arrayContaining(pids));
    host.kill('SIGKILL');
    await allEnded(everybody, 5_000);
  },
);

test(
  verifies(['STD-10'], 'the watchdog ends the groups that it has and spares one that was removed'),
  async () => {
    const [kept, removed] = await Promise.all([startStubborn(), startStubborn()]);
    const host = spawn(process.execPath, [script('watched.ts'), String(kept.pid), String(removed.pid)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(host.stdout, 'data');
    const [watchdog = 0] = await descendantsOf(host.pid ?? 0);
    host.kill('SIGKILL');
    await allEnded([kept.pid ?? 0, watchdog]);
    expect(isRunning(removed.pid ?? 0)).toBe(true);
    removed.kill('SIGKILL');
  },
);

async function startStubborn(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script('stubborn.mjs')], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return child;
}

test(
  verifies(['STD-10'], 'the watchdog starts again when it is killed, and says so when that does not help'),
  async () => {
    const warnings: string[] = [];
    const watchdog = createWatchdog((reason) => warnings.push(reason));
    const before = await descendantsOf(process.pid);
    const spawned = async () => (await descendantsOf(process.pid)).filter((pid) => !before.includes(pid));
    const group = spawn(process.execPath, [script('deaf.mjs')], { detached: true, stdio: 'ignore' });
    before.push(group.pid ?? 0);
    watchdog.add(group.pid ?? 0);

    for (const _ of [1, 2, 3]) {
      const pid = await until(async () => (await findWatchdog(spawned)) ?? false, 'a watchdog');
      process.kill(pid, 'SIGKILL');
      await allEnded([pid]);
    }
    await until(() => warnings.length === 1, 'the warning');
    watchdog.remove(group.pid ?? 0);
    expect(isRunning(group.pid ?? 0)).toBe(true);
    group.kill('SIGKILL');
  },
);

async function findWatchdog(spawned: () => Promise<number[]>): Promise<number | undefined> {
  return (await spawned()).find(isRunning);
}
