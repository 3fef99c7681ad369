import { describe, expect, test } from 'vitest';
import { createEventAnswer } from '../../../electron/backends/http/event-answer.ts';
import { createCorrelation } from '../../../electron/backends/wire/correlation.ts';
import { type Inbound, sortEach } from '../../../electron/backends/wire/inbound.ts';
import { verifies } from '../../requirements/verifies.ts';
import { hearAnswer } from '../../support/heard-answer.ts';

const ANSWER = '{"jsonrpc":"2.0","id":7,"result":{"big":12345678901234567890}}';
const NOTICE = '{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"]"}}';

function sorted(text: string, eventId?: string): Inbound[] {
  const found: Inbound[] = [];
  sortEach(Buffer.from(text), eventId, (inbound) => found.push(inbound));
  return found;
}

describe('hazard 26: a batch of a backend (2025-03-26)', () => {
  test('is taken apart, each byte as it was; only its last message has the id to come back to', () => {
    const [notice, answer, ...others] = sorted(`[ ${NOTICE} , ${ANSWER} ]\n`, 'e1');
    expect(others).toEqual([]);
    expect(notice).toMatchObject({ kind: 'message', message: { method: 'notifications/message' } });
    expect(notice).not.toHaveProperty('message.eventId');
    expect(answer?.kind === 'answer' && answer.bytes.toString()).toBe(ANSWER);
    expect(sorted(`[${NOTICE}]`, 'e1')[0]).toHaveProperty('message.eventId', 'e1');
  });

  test.each(['[]', '[', `[${NOTICE}`, `[[${ANSWER}]]`, `[${ANSWER}]]`, '[1,null]'])(
    verifies(['HTP-04'], 'that is none is faulty: %s'),
    (text) => {
      expect(sorted(text).every(({ kind }) => kind === 'faulty')).toBe(true);
      expect(sorted(text).length).toBeGreaterThan(0);
    },
  );

  test('brings its answer on every wire', () => {
    const { got, receiver } = hearAnswer();
    const correlation = createCorrelation(
      'files',
      () => undefined,
      () => undefined,
    );
    const caller = { kind: 'anonymous' } as const;
    correlation.expect({ idText: '7', method: 'ping', bytes: Buffer.from(''), caller }, receiver);
    expect(correlation.deliver(Buffer.from(`[${NOTICE},${ANSWER}]`))).toBe(true);
    expect(correlation.deliver(Buffer.from('[1]'))).toBe(false);
    expect(got.text).toBe(ANSWER);

    const streamed = hearAnswer();
    const position = { lastEventId: undefined, retryMs: undefined };
    const answer = createEventAnswer('files', '7', streamed.receiver, position, () => undefined);
    expect(answer.data(Buffer.from(`data: [${NOTICE},\ndata: ${ANSWER}]\n\n`))).toBeUndefined();
    expect(answer.end()).toBeUndefined();
    expect(streamed.got.text).toBe(ANSWER);
  });
});
