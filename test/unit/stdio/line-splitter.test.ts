import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineSplitter } from '../../../electron/backends/stdio/line-splitter.ts';
import { verifies } from '../../requirements/verifies.ts';

interface Result {
  readonly lines: readonly string[];
  readonly tooLong: number;
}

function split(chunks: readonly Buffer[], maxLineBytes: number): Result {
  const lines: string[] = [];
  let tooLong = 0;
  const splitter = createLineSplitter(maxLineBytes, {
    line: (bytes) => lines.push(bytes.toString('latin1')),
    tooLong: () => {
      tooLong += 1;
    },
  });
  for (const chunk of chunks) splitter.push(chunk);
  return { lines, tooLong };
}

function splitNaively(input: string, maxLineBytes: number): Result {
  const parts = input.split('\n');
  const unfinished = parts.pop() ?? '';
  const first = [...parts, unfinished].findIndex((part) => part.length > maxLineBytes);
  const whole = first === -1 ? parts : parts.slice(0, first);
  return { lines: whole.map((line) => line.replace(/\r$/, '')), tooLong: first === -1 ? 0 : 1 };
}

function cut(input: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let start = 0;
  for (let index = 0; start < input.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    chunks.push(Buffer.from(input.subarray(start, start + size)));
    start += size;
  }
  return chunks;
}

const BYTES = fc.array(
  fc.oneof(fc.constantFrom(0x0a, 0x0d, 0x41, 0xc3, 0xa4, 0xf0), fc.integer({ min: 0, max: 255 })),
  { maxLength: 300 },
);

test(verifies(['STD-04', 'STD-05'], 'cuts like a naive splitter, wherever the chunks are cut'), () => {
  fc.assert(
    fc.property(
      BYTES,
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 60 }),
      (bytes, sizes, limit) => {
        const input = Buffer.from(bytes);
        expect(split(cut(input, sizes), limit)).toEqual(splitNaively(input.toString('latin1'), limit));
      },
    ),
    { numRuns: 2_000 },
  );
});

test(verifies(['STD-04'], 'keeps characters whole that are split over chunks'), () => {
  const lines: string[] = [];
  const splitter = createLineSplitter(100, {
    line: (bytes) => lines.push(bytes.toString('utf8')),
    tooLong: () => lines.push('too long'),
  });
  for (const byte of Buffer.from('{"a":"grün 🌍"}\r\n')) splitter.push(Buffer.from([byte]));
  expect(lines).toEqual(['{"a":"grün 🌍"}']);
});

test(verifies(['STD-05'], 'accepts a line of exactly the limit and refuses one byte more'), () => {
  expect(split([Buffer.from(`${'x'.repeat(10)}\n`)], 10)).toEqual({ lines: ['x'.repeat(10)], tooLong: 0 });
  expect(split([Buffer.from(`${'x'.repeat(11)}\nmore\n`)], 10)).toEqual({ lines: [], tooLong: 1 });
});

test(verifies(['STD-05'], 'takes linear time for a long line in small chunks'), () => {
  const chunk = Buffer.alloc(512, 'x');
  const chunks = Array.from({ length: 64 * 1024 }, () => chunk);
  const begin = performance.now();
  const { lines } = split([...chunks, Buffer.from('\n')], 32 * 1024 * 1024);
  expect(lines[0]?.length).toBe(32 * 1024 * 1024);
  // Joining anew for each chunk would copy 1 TiB.
  expect(performance.now() - begin).toBeLessThan(5_000);
});
