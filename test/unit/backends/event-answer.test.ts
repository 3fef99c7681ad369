import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEventAnswer } from '../../../electron/backends/http/event-answer.ts';
import { verifies } from '../../requirements/verifies.ts';
import { hearAnswer } from '../../support/heard-answer.ts';

const TEXT = 'a "quoted" \\ line\n'.repeat(8_000);
const answerOf = (id: number, text = TEXT): string =>
  JSON.stringify({ jsonrpc: '2.0', id, result: { text } });
const eventOf = (data: string): string => `event: message\ndata: ${data.split('\n').join('\ndata: ')}\n\n`;

/** Feeds a stream to the call with id 7, in pieces of this size. */
function feed(stream: string, size = 16_384) {
  const { got, receiver } = hearAnswer();
  let dropped = 0;
  const position = { lastEventId: undefined, retryMs: undefined };
  const answer = createEventAnswer('files', '7', receiver, position, () => {
    dropped++;
  });
  const bytes = Buffer.from(stream, 'latin1');
  let fault: unknown;
  for (let at = 0; at < bytes.length && fault === undefined; at += size)
    fault = answer.data(bytes.subarray(at, at + size));
  return { got, fault: fault ?? answer.end(), dropped: () => dropped };
}

describe('a large answer in an event stream', () => {
  test('flows, and is the same in any pieces', () => {
    const text = answerOf(7);
    fc.assert(
      fc.property(fc.integer({ min: 900, max: 70_000 }), fc.constantFrom('\n', '\r\n', '\r'), (size, end) => {
        const { got, fault } = feed(eventOf(text).split('\n').join(end), size);
        expect(fault).toBeUndefined();
        expect(got).toMatchObject({ streams: 1, whole: true, aborted: false, text });
      }),
      { numRuns: 40 },
    );
  });

  test('over several lines of data it is joined by line ends', () => {
    const text = answerOf(7).replace(/\}\}$/, '\n}\n}');
    const { got, fault } = feed(eventOf(text));
    expect(fault).toBeUndefined();
    expect(got).toMatchObject({ streams: 1, whole: true, text });
  });

  test(
    verifies(['HTP-04'], 'of another call: dropped whole, and the right one behind it is passed on'),
    () => {
      const { got, fault, dropped } = feed(eventOf(answerOf(8)) + eventOf(answerOf(7, 'short')));
      expect(fault).toBeUndefined();
      expect(dropped()).toBe(1);
      expect(got).toMatchObject({ streams: 0, whole: true, text: answerOf(7, 'short') });
    },
  );

  test.each([
    ['a second id', answerOf(7).replace(/\}$/, ',"id":8}')],
    ['an error beside the result', answerOf(7).replace(/\}$/, ',"error":{"code":1,"message":"m"}}')],
    ['a method', answerOf(7).replace(/\}$/, ',"method":"ping"}')],
    ['more than one message', `${answerOf(7)}{}`],
    ['no end', answerOf(7).slice(0, -1)],
  ])(verifies(['HTP-04'], 'with %s it never becomes whole'), (_name, data) => {
    const { got, fault } = feed(eventOf(data));
    expect(fault).toMatchObject({ code: 'backend.faulty-answer' });
    expect(got).toMatchObject({ streams: 1, whole: false, aborted: true });
  });

  test.each([
    ['whose id comes last', `{"jsonrpc":"2.0","result":{"text":${JSON.stringify(TEXT)}},"id":7}`],
    ['that names a method first', answerOf(7).replace('{', '{"method":"m",')],
  ])('%s is held until it is whole', (_name, data) => {
    expect(feed(eventOf(data)).got.streams).toBe(0);
  });

  test('that can be taken up again after a break is held until it is whole', () => {
    expect(feed(`id: 4\n${eventOf(answerOf(7))}`).got).toMatchObject({ streams: 0, whole: true });
    expect(feed(`id: 4\ndata: \n\n${eventOf(answerOf(7))}`).got).toMatchObject({ streams: 0, whole: true });
  });

  test('comes after what was said before it', () => {
    const notice = '{"jsonrpc":"2.0","method":"notifications/message","params":{}}';
    const { got } = feed(eventOf(notice) + eventOf(answerOf(7)));
    expect(got).toMatchObject({ related: ['notifications/message'], streams: 1, whole: true });
  });
});
