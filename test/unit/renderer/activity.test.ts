import { describe, expect, test } from 'vitest';
import { matches, NO_FILTER } from '../../../renderer/features/activity/activity-filter.ts';
import { MAX_ROWS, withEntries } from '../../../renderer/stores/activity-store.ts';
import type { ToolChangeEntry } from '../../../shared/control/activity.ts';
import { verifies } from '../../requirements/verifies.ts';
import { sampleActivity } from '../../support/fake-host/sample-activity.ts';

const entries = sampleActivity(1_000_000_000, 50);
const change: ToolChangeEntry = {
  kind: 'tool-change',
  id: 'c',
  at: 1_000_000_001,
  backend: 'billing',
  outcome: 'held-back',
  tools: ['pay', 'Lend'],
  count: 2,
};

describe('the rows of the activity list', () => {
  test('an entry that ends is replaced where it stands', () => {
    const [running] = entries;
    if (running === undefined) throw new Error('no entry');
    const after = withEntries(entries, [{ ...running, outcome: 'ok' }]);
    expect(after).toHaveLength(50);
    expect(after[0]).toMatchObject({ id: running.id, outcome: 'ok' });
  });

  test('new entries come first, the newest on top', () => {
    const [base] = entries;
    if (base === undefined) throw new Error('no entry');
    const after = withEntries(entries, [
      { ...base, id: 'x1', at: 2_000_000_000 },
      { ...base, id: 'x2', at: 2_000_000_001 },
    ]);
    expect(after.slice(0, 2).map(({ id }) => id)).toEqual(['x2', 'x1']);
  });

  test('never more than the window bears', () => {
    const many = sampleActivity(1_000_000_000, MAX_ROWS);
    const fresh = sampleActivity(2_000_000_000, 10).map((entry) => ({ ...entry, id: `f-${entry.id}` }));
    const after = withEntries(many, fresh);
    expect(after).toHaveLength(MAX_ROWS);
    expect(after[0]?.id).toBe('f-a-0');
  });

  test('nothing new is the same list', () => expect(withEntries(entries, [])).toBe(entries));
});

describe('the filter', () => {
  test('search looks at client, tool and backend, in any case', () => {
    const found = entries.filter((entry) => matches(entry, { ...NO_FILTER, search: 'REFUND' }));
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ target }) => target === 'refund')).toBe(true);
  });

  test('backend and outcome both have to fit', () => {
    const filter = { search: '', backend: 'billing', outcome: 'ok' as const };
    const found = entries.filter((entry) => matches(entry, filter));
    expect(found.every(({ backend, outcome }) => backend === 'billing' && outcome === 'ok')).toBe(true);
    expect(found.length).toBeLessThan(entries.length);
  });
});

describe('tools that have changed', () => {
  test(verifies(['HTP-13'], 'stand where their time is, and grow where they stand'), () => {
    const with1 = withEntries(entries, [{ ...change, tools: ['pay'], count: 1 }]);
    expect(with1.map(({ id }) => id)).toEqual(['c', ...entries.map(({ id }) => id)]);
    const later = withEntries(with1, [
      ...sampleActivity(1_000_000_002, 1).map((one) => ({ ...one, id: 'x' })),
    ]);
    const with2 = withEntries(later, [change]);
    expect(with2.slice(0, 2)).toEqual([expect.objectContaining({ id: 'x' }), change]);
    expect(with2).toHaveLength(52);
  });

  test(verifies(['HTP-13'], 'are found by tool, backend and what became of them, and are no calls'), () => {
    expect(matches(change, { ...NO_FILTER, search: 'LEND' })).toBe(true);
    expect(matches(change, { ...NO_FILTER, search: 'cursor' })).toBe(false);
    expect(matches(change, { search: '', backend: 'billing', outcome: 'held-back' })).toBe(true);
    expect(matches(change, { ...NO_FILTER, backend: 'files' })).toBe(false);
    expect(matches(change, { ...NO_FILTER, outcome: 'failed' })).toBe(false);
  });
});
