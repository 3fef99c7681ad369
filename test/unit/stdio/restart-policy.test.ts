import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextRestart } from '../../../electron/backends/stdio/restart-policy.ts';
import { verifies } from '../../requirements/verifies.ts';

const MINUTE = 60_000;

function decisionsFor(times: readonly number[]) {
  return times.map((time, index) => nextRestart(times.slice(0, index + 1), time));
}

test(verifies(['STD-03'], 'restarts after 1, 2, 4, 8, 16 s and then gives up'), () => {
  const decisions = decisionsFor([0, 1_000, 3_000, 7_000, 15_000, 31_000]);
  expect(decisions.map((decision) => decision.delayMs ?? 'gave up')).toEqual([
    1_000,
    2_000,
    4_000,
    8_000,
    16_000,
    'gave up',
  ]);
});

test(verifies(['STD-03'], 'goes up to 60 s for a process that fails again and again, slowly'), () => {
  const decisions = decisionsFor(Array.from({ length: 9 }, (_, index) => index * 2 * MINUTE));
  expect(decisions.map((decision) => decision.delayMs)).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
  ]);
});

test(verifies(['STD-03'], 'begins anew after five quiet minutes'), () => {
  expect(nextRestart([0, 1_000, 2_000, 3_000, 4_000, 6 * MINUTE], 6 * MINUTE)).toEqual({ delayMs: 1_000 });
});

test(verifies(['STD-03'], 'never makes more than five restarts in five minutes'), () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 * MINUTE }), { maxLength: 30 }), (gaps) => {
      let time = 0;
      const failures: number[] = [];
      const restarts: number[] = [];
      for (const gap of gaps) {
        time += gap;
        failures.push(time);
        const decision = nextRestart(failures, time);
        if (decision.gaveUp) return;
        restarts.push(time);
        time += decision.delayMs;
        expect(restarts.filter((restart) => time - restart < 5 * MINUTE).length).toBeLessThanOrEqual(5);
      }
    }),
  );
});
