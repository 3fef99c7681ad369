import { describe, expect, test } from 'vitest';
import { failure } from '../../../electron/backends/failure.ts';
import type { BackendSessionState } from '../../../electron/backends/session-state.ts';
import type { Slice } from '../../../electron/gateway/catalog/slice.ts';
import type { ListRead } from '../../../electron/gateway/sessions/list-reads.ts';
import { absenceOf, type ListFacts, standingOf } from '../../../electron/gateway/sessions/list-standing.ts';
import type { BackendName } from '../../../shared/config/backend-name.ts';
import { verifies } from '../../requirements/verifies.ts';

const NOW = 1_000_000;
const OPENING: BackendSessionState = { state: 'opening' };
const READY: BackendSessionState = {
  state: 'ready',
  hello: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: {},
    instructions: undefined,
  },
};
const WITHOUT: BackendSessionState = { ...READY, hello: { ...READY.hello, capabilities: {} } };
const DOWN: BackendSessionState = {
  state: 'down',
  failure: failure('backend.unreachable', 'gone'),
  retryAt: NOW,
  attempt: 1,
};
const SLICE: Slice = { id: 1, digest: '', items: [], warnings: [], hint: undefined, extra: '' };
const NOTHING: ListRead = {
  slice: undefined,
  isOutdated: false,
  fetchedAt: 0,
  reading: undefined,
  failed: undefined,
};
const READING = Promise.resolve();
const failedAt = (at: number) => ({ at, failure: failure('backend.unreachable', 'gone') });

function stands(facts: Partial<ListFacts>, read?: Partial<ListRead>): string {
  return standingOf('tools', {
    state: READY,
    read: read === undefined ? undefined : { ...NOTHING, ...read },
    isLate: false,
    openingUntil: NOW,
    now: NOW,
    ...facts,
  }).kind;
}

describe('a backend that is opening', () => {
  test(verifies(['HTP-01'], 'is waited for until its time is over, and then passed over'), () => {
    expect(stands({ state: OPENING, openingUntil: NOW + 1 })).toBe('opening');
    expect(stands({ state: OPENING, openingUntil: NOW })).toBe('passed-over');
  });

  test('is passed over at once where nobody waits for it', () => {
    expect(stands({ state: OPENING, openingUntil: undefined })).toBe('passed-over');
  });
});

describe('a backend that is open', () => {
  test('has its list to be read, being read, or at hand', () => {
    expect(stands({})).toBe('unread');
    expect(stands({}, { reading: READING })).toBe('unread');
    expect(stands({}, { slice: SLICE })).toBe('at-hand');
    expect(stands({}, { slice: SLICE, reading: READING })).toBe('at-hand');
  });

  test('keeps nobody waiting for a list that was waited for in vain, read anew or not', () => {
    expect(stands({ isLate: true }, { reading: READING })).toBe('late');
    expect(stands({ isLate: true })).toBe('late-unread');
    expect(stands({ isLate: true }, { slice: SLICE })).toBe('at-hand');
  });

  test('has its list read again that is out of date, and served where that was waited for in vain or failed', () => {
    const outdated = { slice: SLICE, isOutdated: true };
    expect(stands({}, outdated)).toBe('unread');
    expect(stands({}, { ...outdated, reading: READING })).toBe('unread');
    expect(stands({ isLate: true }, { ...outdated, reading: READING })).toBe('stale');
    expect(stands({ isLate: true }, outdated)).toBe('late-unread');
    expect(stands({}, { ...outdated, failed: failedAt(NOW - 4_999) })).toBe('stale');
    expect(stands({}, { ...outdated, failed: failedAt(NOW - 5_000) })).toBe('unread');
  });

  test('is asked again for a list that failed, but not for five seconds', () => {
    expect(stands({}, { failed: failedAt(NOW - 4_999) })).toBe('failed');
    expect(stands({}, { failed: failedAt(NOW - 5_000) })).toBe('unread');
    expect(stands({}, { failed: failedAt(NOW - 1), reading: READING })).toBe('unread');
  });
});

test('a backend that is not there, or has no such list, adds nothing and is not waited for', () => {
  expect(stands({ state: DOWN })).toBe('absent');
  expect(stands({ state: DOWN }, { slice: SLICE })).toBe('absent');
  expect(stands({ state: WITHOUT })).toBe('absent');
});

describe('a name that stands in no list', () => {
  const why = (state: BackendSessionState, read?: Partial<ListRead>) =>
    absenceOf('tools', 'one' as BackendName, state, read === undefined ? undefined : { ...NOTHING, ...read });

  test(verifies(['HTP-01'], 'may be of a backend that is not there, or whose list could not be read'), () => {
    expect(why(DOWN)?.message).toBe('gone');
    expect(why(OPENING)?.message).toContain('one is still being opened');
    expect(why(READY, { failed: failedAt(NOW) })?.code).toBe('backend.unreachable');
    expect(why(READY, { reading: READING })?.code).toBe('backend.timeout');
  });

  test("is nobody's where the backend has listed, or says that it lists nothing", () => {
    expect(why(READY, { slice: SLICE })).toBeUndefined();
    const refused = { at: NOW, failure: { ...failedAt(NOW).failure, answered: true } };
    expect(why(READY, { failed: refused })).toBeUndefined();
    expect(why(WITHOUT)).toBeUndefined();
  });
});
