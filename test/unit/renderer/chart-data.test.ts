import { expect, test } from 'vitest';
import { byBackend, spanUntil, totals } from '../../../renderer/features/activity/chart-data.ts';

const HOUR = 3_600_000;
const span = spanUntil(10.5 * HOUR, HOUR, 4);
const stats = [
  { backend: 'a', calls: 4, failed: 1, steps: [{ at: 9 * HOUR, calls: 4, failed: 1, p50: 20 }] },
  { backend: 'b', calls: 2, failed: 0, steps: [{ at: 10 * HOUR, calls: 2, failed: 0 }] },
];

test('a span begins at whole steps and ends with the one that is under way', () => {
  expect(span).toEqual({ since: 7 * HOUR, step: HOUR, count: 4 });
});

test('every step of the span has its place, whether or not something happened in it', () => {
  const points = byBackend(stats, span, ({ p50 }) => p50);
  expect(points.map(({ a, b }) => [a, b])).toEqual([
    [null, null],
    [null, null],
    [20, null],
    [null, null],
  ]);
  expect(new Set(points.map(({ time }) => time)).size).toBe(4);
  expect(totals(stats, span, 'ok', 'failed').map(({ ok, failed }) => [ok, failed])).toEqual([
    [0, 0],
    [0, 0],
    [3, 1],
    [2, 0],
  ]);
});
