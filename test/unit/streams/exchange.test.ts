import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { BackendSession } from '../../../electron/backends/backend-session.ts';
import { createExchange, type Outcome } from '../../../electron/gateway/streams/exchange.ts';
import { createResumption } from '../../../electron/gateway/streams/resumption.ts';
import { verifies } from '../../requirements/verifies.ts';

const MINUTE_MS = 60_000;

/** A call to a backend with this limit, by a clock of its own. */
function openCall(timeoutMs: number, progressToken?: string) {
  let now = 1_000;
  const ends: Outcome[] = [];
  const exchange = createExchange({
    idText: '1',
    progressToken,
    backend: { scope: { backend: 'one' } } as BackendSession,
    response: new ServerResponse(new IncomingMessage(new Socket())),
    timeoutMs,
    resumption: createResumption('2025-11-25'),
    now: () => now,
    related: () => undefined,
    done: (outcome) => ends.push(outcome),
  });
  const passes = (ms: number): boolean => {
    now += ms;
    return exchange.tick(now);
  };
  return { exchange, ends, passes };
}

test(verifies(['HTP-02'], 'a call ends at its limit, and progress gives it the limit anew'), () => {
  const { exchange, ends, passes } = openCall(MINUTE_MS);
  expect(passes(MINUTE_MS - 1)).toBe(false);
  exchange.prolong();
  expect(passes(MINUTE_MS - 1)).toBe(false);
  expect(passes(1)).toBe(true);
  expect(ends).toEqual(['timeout']);
});

test(verifies(['HTP-02'], 'with progress without end it ends after 10 minutes'), () => {
  const { exchange, ends, passes } = openCall(MINUTE_MS);
  for (let half = 1; half < 20; half++) {
    expect(passes(MINUTE_MS / 2)).toBe(false);
    exchange.prolong();
  }
  expect(passes(MINUTE_MS / 2 - 1)).toBe(false);
  exchange.prolong();
  expect(passes(1)).toBe(true);
  expect(ends).toEqual(['timeout']);
});

test(
  verifies(
    ['HTP-07'],
    'towards a late client newer progress of this call takes the place of older, nothing else does',
  ),
  () => {
    const { exchange } = openCall(MINUTE_MS, '"own"');
    const progress = (token: string, value: number) =>
      Buffer.from(JSON.stringify({ method: 'progress', params: { progressToken: token, progress: value } }));
    const log = Buffer.from('{"method":"log"}');
    const sent = () =>
      exchange
        .stream()
        ?.after('')
        .map((frame) => /(?<=data: ).{1,80}/.exec(String(frame))?.[0]);
    exchange.deliver(progress('own', 1), undefined, true);
    exchange.deliver(progress('own', 2), undefined, true);
    exchange.deliver(Buffer.from(JSON.stringify('x'.repeat(300 * 1024))), undefined);
    exchange.deliver(progress('own', 3), undefined, true);
    exchange.deliver(progress('own', 4), undefined, true);
    exchange.deliver(log, undefined);
    exchange.deliver(log, undefined);
    exchange.deliver(progress('other', 1), undefined, true);
    exchange.deliver(progress('other', 2), undefined, true);
    exchange.deliver(progress('own', 5), undefined, true);
    exchange.deliver(progress('own', 6), undefined, true);
    exchange.answer(Buffer.from('{"result":1}'));
    expect(sent()).toEqual([
      String(progress('own', 1)),
      String(progress('own', 2)),
      expect.stringContaining('xxx'),
      String(progress('own', 4)),
      String(log),
      String(log),
      String(progress('other', 1)),
      String(progress('other', 2)),
      String(progress('own', 6)),
      '{"result":1}',
    ]);
  },
);
