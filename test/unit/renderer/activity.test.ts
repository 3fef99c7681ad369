import { describe, expect, test } from 'vitest';
import { matches, NO_FILTER } from '../../../renderer/features/activity/activity-filter.ts';
import { MAX_ROWS, withEntries } from '../../../renderer/stores/activity-store.ts';
import { sampleActivity } from '../../support/fake-host/sample-activity.ts';

const entries = sampleActivity(1_000_000_000, 50);

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
