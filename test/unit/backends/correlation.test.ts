import { describe, expect, test } from 'vitest';
import type { BackendFailure } from '../../../electron/backends/transport.ts';
import { createCorrelation } from '../../../electron/backends/wire/correlation.ts';
import { verifies } from '../../requirements/verifies.ts';
import { hearAnswer } from '../../support/heard-answer.ts';

const LARGE = 'x'.repeat(70_000);
const caller = { kind: 'anonymous' } as const;

function listen() {
  let dropped = 0;
  const unsolicited: string[] = [];
  const correlation = createCorrelation(
    'files',
    ({ method }) => unsolicited.push(method),
    () => {
      dropped++;
    },
  );
  const deliver = (text: string) => correlation.deliver(Buffer.from(text));
  return { correlation, deliver, unsolicited, dropped: () => dropped };
}

describe('messages on a wire that many calls share', () => {
  test.each([
    ['1x', '1x'],
    ['[[', '[['],
    ['tru', 'tru'],
    ['a minus', '-'],
    ['a control character', '"\u0001"'],
    ['an object', '{}'],
    ['a list', '[1]'],
    ['true', 'true'],
    ['70 KB of text', `"${LARGE}"`],
    ['70,000 digits', '9'.repeat(70_000)],
  ])(
    verifies(['HTP-04', 'STD-04'], 'an id that is none (%s) is no message, however large the answer'),
    (_name, id) => {
      const { deliver, dropped } = listen();
      expect(deliver(`{"jsonrpc":"2.0","id":${id},"result":"${LARGE}"}`)).toBe(false);
      expect(deliver(`{"jsonrpc":"2.0","id":${id},"result":1}`)).toBe(false);
      expect(dropped()).toBe(0);
    },
  );

  test(verifies(['CRA-02'], 'an answer that cannot be read fails its own call and no other'), () => {
    const { correlation, deliver } = listen();
    const call = (id: number) => ({ idText: `${id}`, method: 'tasks/get', bytes: Buffer.alloc(0), caller });
    const faults: BackendFailure[] = [];
    const { got, receiver } = hearAnswer();
    correlation.expect(call(1), {
      ...receiver,
      answer: () => JSON.parse('{'),
      failed: (fault) => faults.push(fault),
    });
    correlation.expect(call(2), receiver);
    expect(deliver('{"jsonrpc":"2.0","id":1,"result":{}}')).toBe(true);
    expect(deliver('{"jsonrpc":"2.0","id":2,"result":{}}')).toBe(true);
    expect(faults).toMatchObject([{ code: 'backend.faulty-answer', rpcCode: -32603 }]);
    expect(got.whole).toBe(true);
  });

  test(verifies(['HTP-03', 'RES-05'], 'a message of ten million values is dropped in a moment'), () => {
    const { deliver, unsolicited } = listen();
    for (const data of ['[],'.repeat(1e7), '['.repeat(2e7), '{"a":'.repeat(5e6)]) {
      const from = performance.now();
      const text = `{"jsonrpc":"2.0","method":"notifications/message","params":{"data":[${data}1]}}`;
      expect(deliver(text)).toBe(false);
      expect(performance.now() - from).toBeLessThan(1_500);
    }
    expect(unsolicited).toEqual([]);
  });
});
