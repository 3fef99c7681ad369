import { expect, test } from 'vitest';
import { createActivity, KEPT_CALLS } from '../../../electron/app/activity.ts';
import { activityCsv } from '../../../electron/app/control/activity-csv.ts';
import { backendStats } from '../../../electron/app/control/activity-stats.ts';
import { activityView } from '../../../electron/app/control/views/activity-view.ts';

const call = (at: number) => ({
  at,
  session: { handle: 's', client: { name: 'cursor', version: '1' } },
  method: 'tools/call',
  target: 'echo',
  backend: 'one',
  requestBytes: 40,
});
const ending = { durationMs: 12, outcome: 'ok', code: undefined, answerBytes: 70 } as const;

test('a call stands in the list from its start, and under the same number once it has ended', () => {
  const activity = createActivity();
  const begun = activity.add(call(1));
  expect(activity.entries()).toEqual([begun]);
  expect(activityView(begun, String)).toMatchObject({ outcome: 'running', bytesIn: 40 });
  expect(activityView(begun, String)).not.toHaveProperty('duration');
  const ended = activity.end(begun, ending);
  expect(activity.entries()).toEqual([ended]);
  const view = activityView(ended, String);
  expect(view).toMatchObject({ id: String(begun.number), outcome: 'ok', duration: 12, bytesOut: 70 });
  expect(activityCsv([view]).split('\r\n')[1]).toMatch(/,ok,12,40,70,$/);
});

test('a call that outlasts its place in the list takes nobody else’s', () => {
  const activity = createActivity();
  const long = activity.add(call(0));
  for (let at = 1; at <= KEPT_CALLS; at++) activity.add(call(at));
  activity.end(long, ending);
  expect(activity.entries()).toHaveLength(KEPT_CALLS);
  expect(activity.entries().every(({ outcome }) => outcome === 'running')).toBe(true);
});

test('what still runs counts neither as a call nor as a failure in the figures', () => {
  const activity = createActivity();
  activity.end(activity.add(call(5)), ending);
  activity.add(call(6));
  expect(backendStats(activity.entries(), 0, 10, 20)).toMatchObject([{ calls: 1, failed: 0, p50: 12 }]);
});
