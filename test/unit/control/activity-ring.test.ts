import { describe, expect, test } from 'vitest';
import { createActivity, KEPT_ENTRIES } from '../../../electron/app/activity.ts';
import { activityCsv } from '../../../electron/app/control/activity-csv.ts';
import { backendStats } from '../../../electron/app/control/activity-stats.ts';
import { activityView } from '../../../electron/app/control/views/activity-view.ts';
import { activityEvents, MAX_NAMED_TOOLS } from '../../../shared/control/activity.ts';
import { verifies } from '../../requirements/verifies.ts';

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
  expect(activityCsv([view]).split('\r\n')[1]).toMatch(/,ok,12,40,70,,call,$/);
});

test('a call that outlasts its place in the list takes nobody else’s', () => {
  const activity = createActivity();
  const long = activity.add(call(0));
  for (let at = 1; at <= KEPT_ENTRIES; at++) activity.add(call(at));
  activity.end(long, ending);
  expect(activity.entries()).toHaveLength(KEPT_ENTRIES);
  expect(activity.entries().every(({ outcome }) => outcome === 'running')).toBe(true);
});

test('what still runs counts neither as a call nor as a failure in the figures', () => {
  const activity = createActivity();
  activity.end(activity.add(call(5)), ending);
  activity.add(call(6));
  expect(backendStats(activity.calls(), 0, 10, 20)).toMatchObject([{ calls: 1, failed: 0, p50: 12 }]);
});

describe('tools that have changed', () => {
  const MINUTE = 60_000;
  const change = (at: number, ...tools: string[]) =>
    ({ at, backend: 'one', tools, outcome: 'held-back' }) as const;

  test(verifies(['HTP-13'], 'stand between the calls, and are none of them'), () => {
    const activity = createActivity();
    const [first, last] = [1, 3].map((at) => activity.end(activity.add(call(at)), ending));
    const told = activity.addChange(change(5, 'pay', '=refund'));
    expect(activity.entries()).toEqual([first, last, told]);
    expect(activity.calls()).toEqual([first, last]);
    expect(activity.countSince(0)).toBe(2);
    if (told === undefined) throw new Error('nothing is told');
    const view = activityView(told, String);
    expect(view).toEqual({
      kind: 'tool-change',
      id: '2',
      at: 5,
      backend: 'one',
      outcome: 'held-back',
      tools: ['pay', '=refund'],
      count: 2,
    });
    const [shown] = activityEvents.appended.payload.parse({ entries: [view], dropped: 0 }).entries;
    expect(shown).toEqual(view);
    expect(activityCsv([view]).split('\r\n')[1]).toBe(
      '1970-01-01T00:00:00.005Z,,,one,,pay; =refund,held-back,,,,,tool-change,2',
    );
    if (view.kind === 'tool-change')
      expect(activityCsv([{ ...view, tools: ['=refund'] }])).toContain(",'=refund,");
  });

  test(verifies(['HTP-13'], 'of one backend share an entry for a minute, each tool once'), () => {
    const activity = createActivity();
    const told = activity.addChange(change(1_000, 'a'));
    activity.add(call(1_500));
    expect(activity.addChange(change(2_000, 'a', 'b'))).toEqual({ ...told, tools: ['a', 'b'], count: 2 });
    expect(activity.addChange(change(3_000, 'b'))).toBeUndefined();
    expect(activity.entries().map(({ kind }) => kind)).toEqual(['tool-change', 'call']);
    expect(activity.addChange({ ...change(4_000, 'a'), backend: 'two' })).toMatchObject({ number: 2 });
    expect(activity.addChange(change(1_000 + MINUTE, 'a'))).toMatchObject({ number: 3, at: 61_000 });
  });

  test(verifies(['HTP-13'], 'again after they were approved are told again'), () => {
    const activity = createActivity();
    activity.addChange(change(1, 'a'));
    activity.addChange({ ...change(2, 'a'), outcome: 'approved' });
    activity.addChange(change(3, 'a'));
    const outcomes = activity.entries().map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['held-back', 'approved', 'held-back']);
  });

  test(verifies(['HTP-13'], 'all the time leave nearly all places to calls, and keep few names'), () => {
    const activity = createActivity();
    const tools = Array.from({ length: 1_000 }, (_, index) => `${index}`.padEnd(index === 0 ? 300 : 3, '-'));
    for (let at = 0; at < 9_000; at++) {
      activity.add(call(at * 10));
      activity.addChange(change(at * 10, tools[at % 1_000] ?? ''));
    }
    const changes = activity.entries().filter((entry) => entry.kind === 'tool-change');
    // 90 s of a change each 10 ms.
    expect(changes).toHaveLength(2);
    expect(changes[0]).toMatchObject({ count: 1_000 });
    expect(changes[0]?.tools).toHaveLength(MAX_NAMED_TOOLS);
    expect(changes[0]?.tools[0]).toBe('1--');
    expect(activity.entries()).toHaveLength(9_002);
  });

  test('whose entry has left the list get a new one within the minute', () => {
    const activity = createActivity();
    activity.addChange(change(0, 'a'));
    for (let at = 0; at < KEPT_ENTRIES; at++) activity.add(call(at));
    expect(activity.addChange(change(1, 'a'))).toMatchObject({ number: KEPT_ENTRIES + 1 });
    expect(activity.entries().at(-1)).toMatchObject({ kind: 'tool-change', tools: ['a'] });
  });
});
