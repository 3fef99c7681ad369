import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { BackendSession } from '../../../electron/backends/backend-session.ts';
import { createExchange, type Outcome } from '../../../electron/gateway/streams/exchange.ts';
import { verifies } from '../../requirements/verifies.ts';

const MINUTE_MS = 60_000;

/** A call to a backend with this limit, by a clock of its own. */
function openCall(timeoutMs: number) {
  let now = 1_000;
  const ends: Outcome[] = [];
  const exchange = createExchange({
    idText: '1',
    progressToken: undefined,
    backend: { scope: { backend: 'one' } } as BackendSession,
    response: new ServerResponse(new IncomingMessage(new Socket())),
    timeoutMs,
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
