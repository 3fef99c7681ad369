import { expect, test } from 'vitest';
import { createJsonAnswer } from '../../../electron/backends/http/json-answer.ts';
import { verifies } from '../../requirements/verifies.ts';
import { hearAnswer } from '../../support/heard-answer.ts';

const LARGE = `{"jsonrpc":"2.0","id":7,"result":{"text":"${'x'.repeat(100_000)}"}}`;

function feed(text: string, size: number, length: number | undefined = text.length, id = '7') {
  const { got, receiver } = hearAnswer();
  const answer = createJsonAnswer('files', id, receiver, length);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) answer.data(bytes.subarray(at, at + size));
  return { got, fault: answer.end() };
}

test('a large answer goes on under the length that its backend gave', () => {
  const { got } = feed(LARGE, 16_384);
  expect(got).toMatchObject({ length: LARGE.length, bytes: LARGE.length, streams: 1, whole: true });
});

test('blanks behind it count, whatever the pieces are', () => {
  const padded = `${LARGE} \r\n\n  `;
  for (const size of [16_384, LARGE.length, LARGE.length + 1, LARGE.length + 3, padded.length]) {
    const { got, fault } = feed(padded, size);
    expect(fault).toBeUndefined();
    expect(got).toMatchObject({ whole: true, aborted: false });
    // What came in one piece is sent under its own length.
    expect(got.bytes).toBeGreaterThanOrEqual(got.length ?? LARGE.length);
  }
});

test(verifies(['HTP-04'], 'anything else behind it, or another id, never makes it whole'), () => {
  for (const text of [`${LARGE} {}`, LARGE.replace('"id":7', '"id":8')]) {
    const { got } = feed(text, 16_384);
    expect(got).toMatchObject({ whole: false, aborted: true });
  }
});

test('without a length up to 64 KiB are held first', () => {
  const { receiver, got } = hearAnswer();
  const answer = createJsonAnswer('files', '7', receiver);
  answer.data(Buffer.from(LARGE.slice(0, 60_000)));
  expect(got.streams).toBe(0);
  answer.data(Buffer.from(LARGE.slice(60_000)));
  expect(got).toMatchObject({ length: undefined, bytes: LARGE.length, whole: true });
});
