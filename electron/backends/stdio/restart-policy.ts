const SECOND = 1_000;
const LONGEST_DELAY = 60 * SECOND;

/** How often a process may end unasked before it is left alone (STD-03). */
const RESTART_LIMIT = { restarts: 5, withinMs: 5 * 60 * SECOND } as const;

/** Start again after `delayMs`, or stop trying until a person asks. */
export type RestartDecision =
  | { readonly delayMs: number; readonly gaveUp?: never }
  | { readonly gaveUp: true; readonly delayMs?: never };

/**
 * Decides on the restart of a process that ended unasked (STD-03). The delay doubles with each failure in a
 * row: 1, 2, 4 .. 60 s; a pause of five minutes without a failure ends the row. Five restarts within five
 * minutes are made; the failure after them gives up. No jitter: the processes are local and few.
 *
 * @param history times in milliseconds at which the process ended or could not start, oldest first, the latest
 *   included. Entries older than an hour no longer matter: the owner may keep only the latest 20.
 * @param now the present on the same clock.
 */
export function nextRestart(history: readonly number[], now: number): RestartDecision {
  const withinWindow = history.filter((time) => now - time < RESTART_LIMIT.withinMs);
  if (withinWindow.length > RESTART_LIMIT.restarts) return { gaveUp: true };
  return { delayMs: Math.min(SECOND * 2 ** Math.max(0, failuresInARow(history, now) - 1), LONGEST_DELAY) };
}

function failuresInARow(history: readonly number[], now: number): number {
  let count = 0;
  let later = now;
  for (const time of history.toReversed()) {
    if (later - time >= RESTART_LIMIT.withinMs) break;
    count += 1;
    later = time;
  }
  return count;
}
