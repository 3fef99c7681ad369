import { describe, expect, test } from 'vitest';
import { clip, visibleParts } from '../../../renderer/ui/visible-text.ts';
import { verifies } from '../../requirements/verifies.ts';

describe('text of a backend', () => {
  test(verifies(['UIX-03'], 'controls, bidi overrides, zero-width and tag characters become marks'), () => {
    expect(visibleParts('a\u202eb\u200bc\u0007d\u{e0041}e')).toEqual([
      { text: 'a' },
      { hidden: '202E' },
      { text: 'b' },
      { hidden: '200B' },
      { text: 'c' },
      { hidden: '0007' },
      { text: 'd' },
      { hidden: 'E0041' },
      { text: 'e' },
    ]);
  });

  test('line breaks, tabs, letters of any script and joined emoji stay as they are', () => {
    const text = 'línea\n\tالعربية 漢字 👩‍💻';
    expect(visibleParts(text)).toEqual([{ text }]);
  });

  test('markup is text like any other', () => {
    expect(visibleParts('<img src=x>')).toEqual([{ text: '<img src=x>' }]);
  });

  test('a cut never halves a character', () => {
    expect(clip('ab😀', 3)).toBe('ab');
    expect(clip('ab😀', 4)).toBe('ab😀');
  });
});
