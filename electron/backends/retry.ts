import { backoffDelay } from './backoff.ts';
import { nextRestart } from './stdio/restart-policy.ts';

export interface RetryHistory {
  /** Times of the failures in a row in ms, oldest first, the latest 20 of them. */
  readonly failures: readonly number[];
}

export type NextAttempt =
  | { readonly kind: 'wait'; readonly delayMs: number; readonly history: RetryHistory }
  | { readonly kind: 'give-up'; readonly history: RetryHistory };

/** Failures this far apart are none in a row: the backend had recovered in between. */
const FORGET_MS = 5 * 60_000;
const KEPT = 20;
const FIRST_WAIT_MS = 500;
/** A network that is back is found within 10 s (NET-01). */
const LONGEST_WAIT_MS = 8_000;

/**
 * When to open a lost backend session again. Processes wait 1, 2, 4 ... 60 s and stop after five failures in five
 * minutes (STD-03); remote servers are tried for as long as the session lives, at most every 8 s.
 */
export function nextAttempt(history: RetryHistory, type: 'http' | 'sse' | 'stdio', now: number): NextAttempt {
  const latest = history.failures.at(-1) ?? Number.NEGATIVE_INFINITY;
  const earlier = now - latest < FORGET_MS ? history.failures : [];
  const failures = [...earlier, now].slice(-KEPT);
  const kept = { failures };
  if (type === 'stdio') {
    const decision = nextRestart(failures, now);
    return decision.gaveUp === true
      ? { kind: 'give-up', history: kept }
      : { kind: 'wait', delayMs: decision.delayMs, history: kept };
  }
  return {
    kind: 'wait',
    delayMs: backoffDelay(failures.length - 1, FIRST_WAIT_MS, LONGEST_WAIT_MS),
    history: kept,
  };
}
