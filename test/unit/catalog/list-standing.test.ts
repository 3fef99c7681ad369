import { describe, expect, test } from 'vitest';
import { failure } from '../../../electron/backends/failure.ts';
import type { BackendSessionState } from '../../../electron/backends/session-state.ts';
import type { Slice } from '../../../electron/gateway/catalog/slice.ts';
import type { ListRead } from '../../../electron/gateway/sessions/list-reads.ts';
import { type ListFacts, standingOf } from '../../../electron/gateway/sessions/list-standing.ts';
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
const DOWN: BackendSessionState = {
  state: 'down',
  failure: failure('backend.unreachable', 'gone'),
  retryAt: NOW,
  attempt: 1,
};
const SLICE: Slice = { id: 1, digest: '', items: [], warnings: [], hint: undefined, extra: '' };
const READING = Promise.resolve();

function stands(facts: Partial<ListFacts>, read?: Partial<ListRead>): string {
  const nothing = {
    slice: undefined,
    isOutdated: false,
    fetchedAt: 0,
    reading: undefined,
    failedAt: undefined,
  };
  return standingOf('tools', {
    state: READY,
    read: read === undefined ? undefined : { ...nothing, ...read },
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
    expect(stands({}, { ...outdated, failedAt: NOW - 4_999 })).toBe('stale');
    expect(stands({}, { ...outdated, failedAt: NOW - 5_000 })).toBe('unread');
  });

  test('is asked again for a list that failed, but not for five seconds', () => {
    expect(stands({}, { failedAt: NOW - 4_999 })).toBe('failed');
    expect(stands({}, { failedAt: NOW - 5_000 })).toBe('unread');
    expect(stands({}, { failedAt: NOW - 1, reading: READING })).toBe('unread');
  });
});

test('a backend that is not there, or has no such list, adds nothing and is not waited for', () => {
  expect(stands({ state: DOWN })).toBe('absent');
  expect(stands({ state: DOWN }, { slice: SLICE })).toBe('absent');
  const without = { ...READY, hello: { ...READY.hello, capabilities: {} } } as BackendSessionState;
  expect(stands({ state: without })).toBe('absent');
});
