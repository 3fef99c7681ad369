import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSseSplitter, type ServerSentEvent } from '../../../electron/backends/wire/sse-splitter.ts';
import { frameEvent } from '../../../electron/backends/wire/sse-writer.ts';
import { verifies } from '../../requirements/verifies.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (() => void) | undefined;

function split(text: string, sizes: readonly number[] = [1_000_000], limit = 1_000_000): string[] {
  const seen: ServerSentEvent[] = [];
  const splitter = createSseSplitter(limit, (event) => seen.push(event));
  const input = Buffer.from(text);
  for (let at = 0, turn = 0; at < input.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    splitter.push(input.subarray(at, at + size));
    at += size;
  }
  return seen.map(
    (event) => `${event.id ?? ''}|${event.event ?? ''}|${event.retry ?? ''}|${event.data?.toString() ?? ''}`,
  );
}

describe('splitting an event stream', () => {
  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('%s line ends, comments, fields', (_name, eol) => {
    const text = [
      ': hello',
      'id: 7',
      'event: message',
      'data: {"a":',
      'data:1}',
      '',
      'retry: 50',
      'data',
      '',
      '',
    ].join(eol);
    expect(split(text)).toEqual(['7|message||{"a":\n1}', '||50|']);
    expect(split(text, [1])).toEqual(split(text));
  });

  test('a leading byte order mark is no part of the first field', () => {
    expect(split('\ufeffdata: x\n\n')).toEqual(['|||x']);
  });

  test(verifies(['TRN-15'], 'any text framed by us is one event with the same data, in any chunking'), () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { minLength: 1 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (values, sizes) => {
          const messages = values.map((value) => JSON.stringify(value, null, 1));
          const text = messages.map((message) => frameEvent(Buffer.from(message)).toString()).join('');
          expect(split(text, sizes)).toEqual(messages.map((message) => `|message||${message}`));
        },
      ),
    );
    expect(split(frameEvent(Buffer.from('"a\u2028b\u2029"')).toString())).toEqual([
      '|message||"a\u2028b\u2029"',
    ]);
  });

  test(verifies(['HTP-03'], 'an event without end stops at the limit'), () => {
    const splitter = createSseSplitter(100, () => {
      throw new Error('no event is complete');
    });
    expect(splitter.push(Buffer.from('data: '))).toBe(true);
    expect(splitter.push(Buffer.alloc(200, 0x61))).toBe(false);
  });

  test.each([
    ['a comment behind every byte', `data:x\n:${'c'.repeat(60_000)}\n`, 2_000],
    ['lines without data', 'data:\n'.repeat(10_000), 100],
  ])(
    verifies(['HTP-03'], 'what is held of an event without end stays near to its bytes: %s'),
    (_name, text, times) => {
      const splitter = createSseSplitter(32 * 1024 * 1024, () => undefined);
      const before = held();
      for (let turn = 0; turn < times; turn++) splitter.push(Buffer.from(text));
      expect(held() - before).toBeLessThan(48 * 1024 * 1024);
      splitter.push(Buffer.from('\n'));
    },
  );

  test(verifies(['HTP-03'], 'nor do pieces of one byte grow to more'), () => {
    const splitter = createSseSplitter(32 * 1024 * 1024, () => undefined);
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const before = held();
    for (let at = 0; at < 2_000_000; at++) splitter.push(chunk.subarray(at % 1_000, (at % 1_000) + 1));
    expect(held() - before).toBeLessThan(48 * 1024 * 1024);
    splitter.push(Buffer.from('\n\n'));
  });
});

/** Bytes that are alive. */
function held(): number {
  collect?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
