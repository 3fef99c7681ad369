import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkStaticValue,
  normaliseCapturedValue,
  staticValueMessage,
} from '../../../shared/headers/value.ts';
import { verifies } from '../../requirements/verifies.ts';

describe('captured values', () => {
  test(verifies(['B19', 'PAS-07'], 'empty and blank count as absent'), () => {
    expect(['', ' ', '\t \t'].map(normaliseCapturedValue)).toEqual([undefined, undefined, undefined]);
  });

  test(verifies(['B21'], 'inner bytes stay as they are'), () => {
    const value = '\t 007, b;c="d  e"\xe9\xff== ';
    expect(normaliseCapturedValue(value)).toBe('007, b;c="d  e"\xe9\xff==');
    // U+00A0 is obs-text here and no blank.
    expect(normaliseCapturedValue('\xa0')).toBe('\xa0');
  });

  test('normalising twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const once = normaliseCapturedValue(text);
        expect(once === undefined ? undefined : normaliseCapturedValue(once)).toBe(once);
      }),
    );
  });
});

describe('static values', () => {
  test.each([
    ['a\r\nX-Evil: 1', { fault: 'control', position: 1 }],
    ['ab\0', { fault: 'control', position: 2 }],
    ['ab\x7f', { fault: 'control', position: 2 }],
    ['abc\ud800', { fault: 'not-ascii', position: 3 }],
    ['a\u00e9', { fault: 'not-ascii', position: 1 }],
    ['token\u200b', { fault: 'not-ascii', position: 5 }],
    ['token\n', { fault: 'trailing-newline', position: 5, trimmed: 'token' }],
    ['token\r\n\n', { fault: 'trailing-newline', position: 5, trimmed: 'token' }],
    ['to\nken\n', { fault: 'control', position: 2 }],
    ['', { fault: 'empty' }],
    [' \t', { fault: 'empty' }],
    ['x'.repeat(8193), { fault: 'too-long' }],
  ])(verifies(['STA-02'], 'refuses %j'), (text, expected) => {
    expect(checkStaticValue(text)).toEqual({ ok: false, ...expected });
  });

  test.each(['v', 'Bearer a.b\tc ~!', 'x'.repeat(8192)])('accepts %j', (text) => {
    expect(checkStaticValue(text)).toEqual({ ok: true });
  });

  test('no message repeats the value', () => {
    const check = checkStaticValue('s3cret\u00e9');
    expect(check.ok ? '' : staticValueMessage(check)).toBe(
      'The value has a character outside of ASCII at position 7.',
    );
  });
});
