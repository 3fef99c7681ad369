import { describe, expect, test } from 'vitest';
import { afterRefusal, tokenUse } from '../../../electron/auth/outgoing/oauth/token-use.ts';
import { verifies } from '../../requirements/verifies.ts';

const NOW = 1_000_000;
const NEVER = Number.NEGATIVE_INFINITY;
const LASTING = { access_token: 'a', refresh_token: 'r' };

describe('a call with tokens', () => {
  test(verifies(['AOU-01'], 'refreshes them half a minute before they expire, and not earlier'), () => {
    expect(tokenUse({ ...LASTING, expires_at: NOW + 30_001 }, undefined, NOW)).toEqual({ kind: 'send' });
    expect(tokenUse({ ...LASTING, expires_at: NOW + 30_000 }, undefined, NOW)).toEqual({
      kind: 'refresh',
      refreshToken: 'r',
    });
    expect(tokenUse(LASTING, undefined, NOW)).toEqual({ kind: 'send' });
  });

  test('refreshes the one token that the backend did not accept', () => {
    expect(tokenUse(LASTING, 'a', NOW).kind).toBe('refresh');
    expect(tokenUse(LASTING, 'an earlier one', NOW).kind).toBe('send');
  });

  test('fails where there is nothing to refresh them with', () => {
    expect(tokenUse({ access_token: 'a', expires_at: NOW }, undefined, NOW)).toEqual({ kind: 'expired' });
  });
});

describe('a 401', () => {
  const ripe = { changedAt: NOW - 5_000, forcedAt: NEVER };

  test('says nothing of tokens that have just come: it may be about the ones before', () => {
    expect(afterRefusal(LASTING, { ...ripe, changedAt: NOW - 4_999 }, NOW)).toBe('nothing');
  });

  test('has the token refreshed, once in five minutes', () => {
    expect(afterRefusal(LASTING, ripe, NOW)).toBe('refresh');
    expect(afterRefusal(LASTING, { ...ripe, forcedAt: NOW - 299_999 }, NOW)).toBe('useless');
    expect(afterRefusal(LASTING, { ...ripe, forcedAt: NOW - 300_000 }, NOW)).toBe('refresh');
  });

  test('ends the use of tokens that cannot be refreshed', () => {
    expect(afterRefusal({ access_token: 'a' }, ripe, NOW)).toBe('useless');
  });
});
