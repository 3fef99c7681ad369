import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasMoreValues } from '../../../shared/json/value-count.ts';
import { verifies } from '../../requirements/verifies.ts';

/** Arrays, objects and members of a parsed value. */
function valuesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce((sum: number, one: unknown) => sum + valuesOf(one), 0);
  return 1 + inner + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

describe('how much a parser has to make of a text', () => {
  test('is counted as the parser counts, strings skipped', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = Buffer.from(JSON.stringify(value, undefined, 1));
        const count = valuesOf(value);
        expect(hasMoreValues(text, count)).toBe(false);
        if (count > 0) expect(hasMoreValues(text, count - 1)).toBe(true);
      }),
    );
  });

  test.each(['"[[[{{{:::"', '"\\"[[["', '"\\\\\\"[["', '"\\\\"'])('nothing in %s counts', (text) => {
    expect(hasMoreValues(Buffer.from(`[${text}]`), 1)).toBe(false);
    expect(hasMoreValues(Buffer.from(`[${text},[]]`), 1)).toBe(true);
  });

  test(verifies(['RES-05'], 'however long the text, in a moment'), () => {
    const long = [
      `["${'x'.repeat(30e6)}"]`,
      `["${'\\"'.repeat(10e6)}"]`,
      `["${'\\\\'.repeat(10e6)}`,
      '"'.repeat(20e6),
    ];
    for (const text of long) {
      const bytes = Buffer.from(text);
      const from = performance.now();
      hasMoreValues(bytes, 1e9);
      expect(performance.now() - from).toBeLessThan(1_500);
    }
  });
});
