import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  captureHeaders,
  differsFromCaptured,
  NOTHING_CAPTURED,
  namesNotAllowed,
} from '../../../shared/headers/capture.ts';
import type { HeaderName } from '../../../shared/headers/name.ts';
import { verifies } from '../../requirements/verifies.ts';

const list = (...names: string[]) => names as HeaderName[];
const values = (raw: string[], allowlist: HeaderName[]) =>
  captureHeaders(raw, allowlist).captured.map(({ name, value }) => [name, value]);

describe('capture', () => {
  test(verifies(['B01', 'B18'], 'without an allowlist there is no captured state'), () => {
    expect(captureHeaders(['X-A', '1'], [])).toBe(NOTHING_CAPTURED);
    expect(differsFromCaptured(['X-A', '1'], [], [])).toEqual([]);
  });

  test(verifies(['B13', 'PAS-02'], 'takes the listed header and only names the other'), () => {
    const capture = captureHeaders(['X-Test-Api-Key', 'k', 'X-Secret', 's3cret'], list('X-Test-Api-Key'));
    expect(capture).toEqual({
      captured: [{ name: 'X-Test-Api-Key', value: 'k', bytes: 1 }],
      droppedByConnection: [],
      seenNotAllowed: ['X-Secret'],
    });
  });

  test(verifies(['B17', 'PAS-01'], 'keeps the spelling of the list'), () => {
    expect(values(['X-Api-Key', 'k'], list('x-api-key'))).toEqual([['x-api-key', 'k']]);
  });

  test(verifies(['B20', 'PAS-05'], 'joins several lines in order'), () => {
    expect(values(['x-a', '2', 'X-B', 'b', 'X-A', '1', 'x-A', ''], list('X-A'))).toEqual([['X-A', '2, 1']]);
  });

  test(verifies(['B21'], 'leaves bytes alone'), () => {
    expect(values(['X-A', ' 007,a==\xe9\xff '], list('X-A'))).toEqual([['X-A', '007,a==\xe9\xff']]);
  });

  test(verifies(['PAS-13'], 'drops what Connection names, wherever it stands'), () => {
    const raw = ['X-Tenant', 't', 'X-A', 'a', 'connection', 'keep-alive,  X-TENANT'];
    const capture = captureHeaders(raw, list('X-Tenant', 'X-A'));
    expect(capture.captured.map(({ name }) => name)).toEqual(['X-A']);
    expect(capture.droppedByConnection).toEqual(['x-tenant']);
  });

  test(verifies(['PAS-11'], 'limits one value and the sum'), () => {
    const fault = (raw: string[], ...names: string[]) => captureHeaders(raw, list(...names)).fault;
    expect(fault(['X-A', 'x'.repeat(8192)], 'X-A')).toBeUndefined();
    expect(fault(['X-A', 'x'.repeat(8193)], 'X-A')).toEqual({ kind: 'value-too-large', name: 'X-A' });
    // Two lines are one value.
    expect(fault(['X-A', 'x'.repeat(5000), 'X-A', 'x'.repeat(5000)], 'X-A')?.kind).toBe('value-too-large');
    const two = ['X-A', 'x'.repeat(8192), 'X-B', 'x'.repeat(8192)];
    expect(fault(two, 'X-A', 'X-B')).toBeUndefined();
    expect(fault([...two, 'X-C', 'x'], 'X-A', 'X-B', 'X-C')).toEqual({ kind: 'sum-too-large', name: 'X-C' });
    expect(captureHeaders([...two, 'X-C', 'x'], list('X-A', 'X-B', 'X-C')).captured).toEqual([]);
  });

  test(verifies(['B35', 'IDN-01'], 'a restricted name that slipped into the list is not captured'), () => {
    expect(
      values(
        ['X-User-Sub', 'me', 'x_user_sub', 'me', 'Authorization', 't'],
        list('X-User-Sub', 'x_user_sub', 'Authorization'),
      ),
    ).toEqual([]);
  });

  test('suggests no names that clients, runtimes or the protocol bring along', () => {
    const raw = [
      'Host',
      'a',
      'User-Agent',
      'b',
      'Accept',
      'c',
      'mcp-session-id',
      'd',
      'Sec-Fetch-Mode',
      'e',
      'X-Team',
      'f',
      'x-team',
      'g',
    ];
    expect(namesNotAllowed(raw, [])).toEqual(['X-Team']);
  });

  test('the request is not changed', () => {
    const raw = Object.freeze(['X-A', ' 1 ', 'Connection', 'x-b']) as string[];
    expect(captureHeaders(raw, Object.freeze(list('X-A')) as HeaderName[]).captured).toHaveLength(1);
  });
});

describe('drift', () => {
  const allowlist = list('X-A', 'X-B');
  const { captured } = captureHeaders(['X-A', '1'], allowlist);

  test.each([
    [['x-a', ' 1 '], []],
    [['X-A', '2'], [{ name: 'X-A', kind: 'another-value' }]],
    [[], [{ name: 'X-A', kind: 'missing' }]],
    [['X-A', ''], [{ name: 'X-A', kind: 'missing' }]],
    [['X-A', '1', 'X-B', 'new'], [{ name: 'X-B', kind: 'added' }]],
    [['X-A', '1', 'X-A', '1'], [{ name: 'X-A', kind: 'another-value' }]],
    [['X-A', '1', 'Connection', 'X-A'], [{ name: 'X-A', kind: 'missing' }]],
    [['X-A', '1', 'X-C', 'other'], []],
  ])(verifies(['B14', 'B15', 'B16', 'B41', 'PAS-03'], '%j differs in %j'), (raw, expected) => {
    expect(differsFromCaptured(raw, allowlist, captured)).toEqual(expected);
  });

  const name = fc.constantFrom('X-A', 'x-a', 'X-B', 'x-b', 'X-C', 'Connection', 'Host');
  const value = fc.oneof(fc.constantFrom('', ' ', 'X-A', 'x-b, close'), fc.string({ maxLength: 8 }));
  const request = fc.array(fc.tuple(name, value), { maxLength: 8 }).map((pairs) => pairs.flat());

  test('a request never differs from its own capture', () => {
    fc.assert(
      fc.property(request, (raw) => {
        const own = captureHeaders(raw, allowlist).captured;
        expect(differsFromCaptured(raw, allowlist, own)).toEqual([]);
      }),
    );
  });

  test('two requests differ exactly where their captures differ', () => {
    fc.assert(
      fc.property(request, request, (first, second) => {
        const then = new Map(values(first, allowlist) as [string, string][]);
        const now = new Map(values(second, allowlist) as [string, string][]);
        const expected = allowlist.filter((header) => then.get(header) !== now.get(header));
        const drift = differsFromCaptured(second, allowlist, captureHeaders(first, allowlist).captured);
        expect(drift.map(({ name }) => name)).toEqual(expected);
      }),
    );
  });
});
