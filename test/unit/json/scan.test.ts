import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementRanges, memberRanges, splice, textOf } from '../../../shared/json/members.ts';
import { scanChunk, scanMessage, startScan } from '../../../shared/json/scan.ts';
import { verifies } from '../../requirements/verifies.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const message = fc
  .record({
    id: fc.jsonValue(),
    method: fc.string(),
    params: fc.jsonValue({ maxDepth: 5 }),
    'k"\\é': fc.jsonValue(),
  })
  .map((value) => ({ value, text: JSON.stringify(value, null, 1) }));

describe('scanning the outer shape of a message', () => {
  test('finds every member of any message, in any chunking', () => {
    fc.assert(
      fc.property(
        message,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        ({ value, text }, cuts) => {
          const input = bytes(text);
          const scan = startScan();
          for (let at = 0, turn = 0; at < input.length; turn++) {
            const size = cuts[turn % cuts.length] ?? 1;
            scanChunk(scan, input.subarray(at, at + size));
            at += size;
          }
          expect(scan.fault).toBeUndefined();
          expect(scan.complete).toBe(true);
          const found = Object.fromEntries(
            [...scan.members].map(([name, range]) => [name, JSON.parse(textOf(input, range))]),
          );
          expect(found).toEqual(JSON.parse(JSON.stringify(value)));
        },
      ),
    );
  });

  test.each([
    ['[1]', 'not-an-object'],
    ['"ping"', 'not-an-object'],
    ['{"a":1}{"b":2}', 'trailing-bytes'],
    ['{"a":1,"a":2}', 'duplicate-member'],
    ['{"a":1,"\\u0061":2}', 'duplicate-member'],
    ['{"a":}', 'malformed'],
    ['{a:1}', 'malformed'],
    ['{"a":1,}', 'malformed'],
    ['{"a":"x""b":1}', 'malformed'],
  ])('refuses %s as %s', (text, fault) => {
    expect(scanMessage(bytes(text)).fault).toBe(fault);
  });

  test(verifies(['TRN-10'], 'stops at the nesting limit'), () => {
    const nested = (levels: number) => bytes(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`);
    expect(scanMessage(nested(255), 256).fault).toBeUndefined();
    expect(scanMessage(nested(256), 256).fault).toBe('too-deep');
  });

  test('blanks after the end change nothing, whatever the last value is', () => {
    for (const last of ['"x"', '7', 'true', '{}', '[]']) {
      const scan = scanMessage(bytes(`{"a":1,"b":${last}} \r\n\t\n`));
      expect(scan).toMatchObject({ complete: true, fault: undefined });
      expect(scanMessage(bytes(`{"b":${last}}\n{"b":1}`)).fault).toBe('trailing-bytes');
    }
  });

  test('an unfinished message is not complete', () => {
    for (const text of ['{"a":"x', '{"a":"x\\"}', '{"a":[1', '{"a":1']) {
      expect(scanMessage(bytes(text))).toMatchObject({ complete: false, fault: undefined });
    }
  });
});

describe('member and element ranges', () => {
  test('cut every object and array where JSON.parse does', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()), (object, array) => {
        const input = bytes(JSON.stringify(object, null, 2));
        const parsed = JSON.parse(JSON.stringify(object));
        const ranges = memberRanges(input, { start: 0, end: input.length });
        expect(new Map([...ranges].map(([key, range]) => [key, JSON.parse(textOf(input, range))]))).toEqual(
          new Map(Object.entries(parsed)),
        );
        const list = bytes(JSON.stringify(array));
        const elements = elementRanges(list, { start: 0, end: list.length });
        expect(elements.map((range) => JSON.parse(textOf(list, range)))).toEqual(
          JSON.parse(JSON.stringify(array)),
        );
      }),
    );
  });

  test('splicing keeps every other byte, big integers included', () => {
    const input = bytes('{"n":9007199254740993, "name" : "old","x":1.0}');
    const range = memberRanges(input, { start: 0, end: input.length }).get('name');
    expect(range).toBeDefined();
    const out = splice(input, [{ range: range ?? { start: 0, end: 0 }, text: '"new"' }]);
    expect(new TextDecoder().decode(out)).toBe('{"n":9007199254740993, "name" : "new","x":1.0}');
  });
});
