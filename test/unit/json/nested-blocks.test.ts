import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileNestedBlocks } from '../../../build/wasm.ts';
import { FEWEST_BLOCK_BYTES, passNestedBlocks } from '../../../shared/json/nested-blocks.ts';
import { scanChunk, startScan } from '../../../shared/json/scan.ts';
import { verifies } from '../../requirements/verifies.ts';

/** What a scan finds, in pieces of this size; short pieces are read byte by byte. */
function found(input: Buffer, size: number, maxDepth?: number) {
  const scan = startScan(maxDepth);
  for (let at = 0; at < input.length && scan.fault === undefined; at += size)
    scanChunk(scan, input.subarray(at, at + size));
  const { complete, fault, depth, inString } = scan;
  return { members: [...scan.members], complete, fault, depth, inString };
}

const bytewise = (input: Buffer, maxDepth?: number) => found(input, FEWEST_BLOCK_BYTES - 1, maxDepth);

const piece = fc.constantFrom(
  '"',
  '\\',
  '\\"',
  '\\\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'x',
  'é',
  ' ',
  '1',
  'y'.repeat(70),
);
const rubbish = fc.array(piece, { minLength: 200, maxLength: 4_000 }).map((pieces) => pieces.join(''));
const json = fc
  .tuple(fc.array(fc.jsonValue({ maxDepth: 4 }), { minLength: 30, maxLength: 80 }), fc.nat(3))
  .map(([values, indent]) => JSON.stringify({ id: 1, result: { values }, _meta: values }, undefined, indent));

describe('passing a value in blocks', () => {
  test('finds what byte by byte is found, in any text', () => {
    const nestedRubbish = rubbish.map((text) => `{"id":1,"result":[${text}`);
    const string = rubbish.map((text) => JSON.stringify({ id: 1, result: { text, more: [text] } }));
    fc.assert(
      fc.property(
        fc.oneof(json, string, nestedRubbish),
        fc.integer({ min: 1_024, max: 70_000 }),
        (text, size) => {
          const input = Buffer.from(text);
          expect(found(input, size)).toEqual(bytewise(input));
        },
      ),
      { numRuns: 400 },
    );
  });

  test(verifies(['TRN-10'], 'stops at the nesting limit wherever it lies'), () => {
    for (const filler of [0, 1, 37, 63, 64, 2_000]) {
      const nested = (levels: number) =>
        Buffer.from(
          `{"a":["${'x'.repeat(filler)}",${'['.repeat(levels)}${']'.repeat(levels)},"${'y'.repeat(2_000)}"]}`,
        );
      expect(found(nested(254), 1e6, 256)).toMatchObject({ complete: true, fault: undefined });
      expect(found(nested(255), 1e6, 256).fault).toBe('too-deep');
    }
  });

  test('goes on where a piece was cut, be it behind a backslash', () => {
    const text = JSON.stringify({ id: 1, result: { text: '\\"'.repeat(3_000), more: [{}, []] } });
    for (let size = 1_024; size < 1_160; size++) expect(found(Buffer.from(text), size).complete).toBe(true);
  });

  test('is used: a long string is passed at once, up to its last bytes', () => {
    const state = { depth: 3, inString: true, escaped: false };
    const at = passNestedBlocks(state, Buffer.from('\\"'.repeat(100_000)), 0, 10);
    expect(at).toBeGreaterThanOrEqual(200_000 - 64);
    expect(state).toEqual({ depth: 3, inString: true, escaped: false });
  });
});

test('the module is what its source says', async () => {
  const code = join(import.meta.dirname, '../../../shared/json/nested-blocks-code.ts');
  expect(await readFile(code, 'utf8')).toBe(await compileNestedBlocks());
});
