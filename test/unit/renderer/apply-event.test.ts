import { describe, expect, test } from 'vitest';
import { applyEvent, type Snapshot } from '../../../renderer/stores/apply-event.ts';
import { createFakeHost } from '../../support/fake-host/fake-host.ts';

async function snapshot(): Promise<Snapshot> {
  return (await createFakeHost().api.status.snapshot({})) as Snapshot;
}

describe('the snapshot under events', () => {
  test('a changed backend stays where it stands, a new one comes last, a removed one goes', async () => {
    const before = await snapshot();
    const [billing] = before.backends;
    if (billing === undefined) throw new Error('no backend');
    const after = applyEvent(before, {
      name: 'backends.changed',
      payload: {
        backends: [
          { ...billing, callsPerMinute: 99 },
          { ...billing, name: 'new' },
        ],
        removed: ['docs'],
      },
    });
    expect(after.backends.map(({ name }) => name)).toEqual([
      'billing',
      'files',
      'search',
      'tickets',
      'notes',
      'crm',
      'new',
    ]);
    expect(after.backends[0]?.callsPerMinute).toBe(99);
  });

  test('a new session comes first and the others keep their order', async () => {
    const before = await snapshot();
    const [first] = before.sessions;
    if (first === undefined) throw new Error('no session');
    const after = applyEvent(before, {
      name: 'sessions.changed',
      payload: { sessions: [{ ...first, session: 's-new' }], ended: ['s-claude-1'] },
    });
    expect(after.sessions.map(({ session }) => session)).toEqual(['s-new', 's-agent-1', 's-cursor-1']);
  });

  test('an event that does not concern it leaves the very same snapshot', async () => {
    const before = await snapshot();
    expect(applyEvent(before, { name: 'activity.appended', payload: { entries: [], dropped: 0 } })).toBe(
      before,
    );
  });

  test('an empty configuration is not empty any more with its first backend', async () => {
    const before = { ...(await snapshot()), empty: true };
    const [line] = before.backends;
    if (line === undefined) throw new Error('no backend');
    const after = applyEvent(before, {
      name: 'backends.changed',
      payload: { backends: [line], removed: [] },
    });
    expect(after.empty).toBe(false);
  });
});
