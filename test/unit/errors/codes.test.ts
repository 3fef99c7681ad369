import { describe, expect, test } from 'vitest';
import { ERROR_CODES, isErrorCode } from '../../../shared/errors/codes.ts';
import { problem } from '../../../shared/errors/problem.ts';

describe('error codes', () => {
  test('are stable words with a title and an anchor of their own', () => {
    const anchors = new Set<string>();
    for (const [code, { title, help }] of Object.entries(ERROR_CODES)) {
      expect(code).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*$/);
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      expect(help).toBe(code.replace('.', '-'));
      anchors.add(help);
    }
    expect(anchors.size).toBe(Object.keys(ERROR_CODES).length);
  });

  test('foreign texts are none, names of the prototype included', () => {
    expect(['header.restricted', 'toString', '__proto__', ''].map(isErrorCode)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('a problem is an error unless said otherwise', () => {
    expect(problem('header.restricted', 'p', 'm', 'f').severity).toBe('error');
    expect(problem('header.restricted', 'p', 'm', 'f', 'warning').severity).toBe('warning');
  });
});
