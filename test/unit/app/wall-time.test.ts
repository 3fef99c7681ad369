import { expect, test } from 'vitest';
import { createWallTime } from '../../../electron/app/wall-time.ts';
import { verifies } from '../../requirements/verifies.ts';

const HOUR = 3_600_000;

/** Two clocks; only the one on the wall goes on while the computer sleeps. */
function clocks() {
  let own = 1_000.25;
  let slept = 0;
  const wallTime = createWallTime(
    () => own,
    () => own + slept,
  );
  return {
    wallTime,
    pass(ms: number) {
      own += ms;
      return own;
    },
    sleep(ms: number) {
      slept += ms;
    },
  };
}

test(
  verifies(
    ['NET-02', 'CLK-01'],
    'what was before a sleep keeps its time, what comes after has the time of day',
  ),
  () => {
    const { wallTime, pass, sleep } = clocks();
    const before = pass(5_000);
    wallTime.look();
    sleep(8 * HOUR);
    const woken = pass(100);
    wallTime.look();
    expect(wallTime.of(before - 1)).toBe(Math.round(before - 1));
    expect(wallTime.of(woken)).toBe(Math.round(woken + 8 * HOUR));
    sleep(HOUR);
    pass(100);
    wallTime.look();
    const last = pass(2_000);
    expect(wallTime.of(last)).toBe(Math.round(last + 9 * HOUR));
    expect(wallTime.of(woken)).toBe(Math.round(woken + 8 * HOUR));
    expect(wallTime.of(0)).toBe(0);
  },
);

test(verifies(['CLK-01'], 'a clock that is set back is followed; one that only drifts is not'), () => {
  const { wallTime, pass, sleep } = clocks();
  sleep(-24 * HOUR);
  wallTime.look();
  const after = pass(10);
  expect(wallTime.of(after)).toBe(Math.round(after - 24 * HOUR));
  sleep(900);
  wallTime.look();
  expect(wallTime.of(after)).toBe(Math.round(after - 24 * HOUR));
});
