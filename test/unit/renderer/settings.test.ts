import { describe, expect, test } from 'vitest';
import {
  authProblems,
  emptyAuth,
  isUnfinished,
  withText,
} from '../../../renderer/features/settings/auth-draft.ts';
import { changeOf } from '../../../renderer/features/settings/change-of.ts';
import { moved, wholeOrder } from '../../../renderer/features/settings/order.ts';

describe('the order of backends', () => {
  test('names each backend once: the ordered first, the others as they stand, none that is gone', () => {
    expect(wholeOrder(['c', 'gone', 'a', 'c'], ['a', 'b', 'c', 'd'])).toEqual(['c', 'a', 'b', 'd']);
    expect(wholeOrder([], ['a', 'b'])).toEqual(['a', 'b']);
  });

  test.each([
    [0, 2, 'bcad'],
    [3, 0, 'dabc'],
    [1, 1, 'abcd'],
    [0, 99, 'bcda'],
    [2, -5, 'cabd'],
    [7, 0, 'abcd'],
  ])('moves the item at %i to %i', (from, to, expected) => {
    expect(moved([...'abcd'], from, to).join('')).toBe(expected);
  });
});

test('a save writes only what was changed', () => {
  const before = { port: 4780, order: ['a'], host: '127.0.0.1' };
  expect(changeOf(before, { ...before, order: ['a'] }, ['port', 'order', 'host'])).toEqual({});
  expect(changeOf(before, { ...before, port: 1, order: ['b'] }, ['port', 'order'])).toEqual({
    port: 1,
    order: ['b'],
  });
});

describe('who may call', () => {
  const oidc = { ...emptyAuth('oidc'), issuer: 'https://id.example.com', audience: 'patchbay' } as const;

  test('is unfinished, not wrong, while a field that it needs is empty', () => {
    expect(isUnfinished(emptyAuth('oidc'))).toBe(true);
    expect(authProblems(emptyAuth('oidc'))).toEqual([]);
    expect(isUnfinished({ ...oidc, mode: 'oidc', requiredScopes: [] })).toBe(false);
    const asking = { url: '', clientId: 'x' };
    expect(isUnfinished({ ...oidc, mode: 'oidc', requiredScopes: [], introspection: asking })).toBe(true);
    expect(isUnfinished(emptyAuth('local'))).toBe(false);
  });

  test('is judged by the rules of the file', () => {
    const unsafe = {
      ...oidc,
      mode: 'oidc' as const,
      requiredScopes: [],
      jwksUri: 'http://id.example.com/keys',
    };
    expect(authProblems(unsafe)[0]?.place).toContain('gateway.auth');
    expect(authProblems({ ...unsafe, jwksUri: 'https://id.example.com/keys' })).toEqual([]);
  });

  test('has no optional field that is empty', () => {
    expect(withText({ sub: 'u', name: 'n' }, 'name', '')).toEqual({ sub: 'u' });
    expect(withText({ sub: 'u' }, 'sub', 'v')).toEqual({ sub: 'v' });
  });
});
