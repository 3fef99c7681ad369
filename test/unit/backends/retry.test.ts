import { expect, test } from 'vitest';
import { nextAttempt, type RetryHistory } from '../../../electron/backends/retry.ts';
import { verifies } from '../../requirements/verifies.ts';

const MINUTE = 60_000;

/** The waits in ms after failures at these times, one backend session through all of them. */
function waitsAfter(type: 'http' | 'stdio', times: readonly number[]): (number | 'give-up')[] {
  let history: RetryHistory = { failures: [] };
  return times.map((time) => {
    const next = nextAttempt(history, type, time);
    history = next.history;
    return next.kind === 'wait' ? next.delayMs : next.kind;
  });
}

test(verifies(['STD-03'], 'a process waits 1, 2, 4, 8, 16 s, and is left alone after five restarts'), () => {
  const waits = waitsAfter('stdio', [0, 1_000, 3_000, 7_000, 15_000, 31_000]);
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 'give-up']);
});

test(verifies(['STD-03'], 'a process that fails again and again, but slowly, waits up to 60 s'), () => {
  const times = Array.from({ length: 30 }, (_, index) => index * 2 * MINUTE);
  const waits = waitsAfter('stdio', times);
  expect(waits.slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(new Set(waits.slice(8))).toEqual(new Set([60_000]));
});

test(verifies(['STD-03'], 'five quiet minutes begin anew'), () => {
  expect(waitsAfter('stdio', [0, 1_000, 2_000, 3_000, 4_000, 6 * MINUTE])).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 1_000,
  ]);
  const late = nextAttempt({ failures: [0, 1_000] }, 'http', 6 * MINUTE);
  expect(late.history.failures).toEqual([6 * MINUTE]);
});

test(verifies(['NET-01'], 'a remote backend is tried for ever, with jitter, never seldomer than 8 s'), () => {
  const times = Array.from({ length: 200 }, (_, index) => index * 9_000);
  const waits = waitsAfter('http', times).map(Number);
  expect(waits[0]).toBeGreaterThan(374);
  expect(waits[0]).toBeLessThan(501);
  const settled = waits.slice(5);
  expect(Math.max(...settled)).toBeLessThanOrEqual(8_000);
  expect(Math.min(...settled)).toBeGreaterThanOrEqual(6_000);
  // Two hundred sessions that lost one backend do not all come back at one moment.
  expect(new Set(settled).size).toBeGreaterThan(50);
});
