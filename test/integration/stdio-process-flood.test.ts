import { expect, test } from 'vitest';
import { startChild } from '../../electron/backends/stdio/child.ts';
import { createStderrLog } from '../../electron/backends/stdio/stderr-log.ts';
import { verifies } from '../requirements/verifies.ts';
import { until } from '../support/until.ts';
import { isRunning, observe, script } from './stdio-process.support.ts';

const MEBIBYTE = 1024 * 1024;

/** Watches the memory of this process until `stop` answers by how many bytes it grew at the most. */
function watchMemory(): { stop(): number } {
  const begin = process.memoryUsage.rss();
  let peak = begin;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 10);
  return {
    stop: () => {
      clearInterval(timer);
      return peak - begin;
    },
  };
}

test(verifies(['STD-05'], 'stops a child whose line passes 32 MiB, with bounded memory'), async () => {
  const memory = watchMemory();
  const observed = observe('endless-line.mjs', ['400']);
  const info = await observed.exited();
  expect(memory.stop()).toBeLessThan(250 * MEBIBYTE);
  expect(info.reason).toBe('line-too-long');
  expect(info.message).toContain('it wrote a line longer than 32 MiB');
  expect(observed.lines).toEqual([]);
  await observed.child.stop();
  expect(isRunning(observed.child.pid ?? 0)).toBe(false);
});

test(verifies(['STD-05', 'STD-07'], 'kills a child that lives on after its line was cut'), async () => {
  const observed = observe('endless-line.mjs', ['2', '--stay'], { maxLineBytes: MEBIBYTE });
  expect((await observed.exited()).reason).toBe('line-too-long');
  await observed.child.stop();
  expect(isRunning(observed.child.pid ?? 0)).toBe(false);
});

test(verifies(['STD-05'], 'takes a line of 32 MiB'), async () => {
  const observed = observe('endless-line.mjs', ['32']);
  await until(() => observed.lines.length === 1, 'the line', 10_000);
  expect(observed.lines[0]?.length).toBe(32 * MEBIBYTE);
  await observed.child.stop();
});

test(verifies(['STD-11'], 'takes a flood on stderr without growing, and still hears stdout'), async () => {
  const memory = watchMemory();
  const logged: string[] = [];
  const errorLog = createStderrLog(
    (line) => logged.push(line),
    () => performance.now(),
  );
  const lines: string[] = [];
  const begin = performance.now();
  const child = startChild(
    { name: 'loud', command: process.execPath, args: [script('stderr-flood.mjs'), '300'], env: {} },
    { line: (bytes) => lines.push(bytes.toString()), stderr: errorLog.write, exited: () => {} },
  );
  await until(() => lines[0] === '{"done":true}', 'the end of the flood', 15_000);
  await until(() => errorLog.text().endsWith('the end\n'), 'the last line of stderr');
  const seconds = (performance.now() - begin) / 1_000;
  expect(memory.stop()).toBeLessThan(200 * MEBIBYTE);
  expect(Buffer.byteLength(errorLog.text())).toBeLessThanOrEqual(MEBIBYTE);
  expect(logged.length).toBeLessThan((seconds + 1) * 2 * 21);
  await child.stop();
});
