import { setTimeout as wait } from 'node:timers/promises';

const LOOK_AGAIN_MS = 5;

/**
 * Awaits a condition that no event tells of, looking every few milliseconds.
 * @param look Answers something other than false or undefined once the condition holds.
 * @param what Named in the error.
 * @throws When the deadline (5 s by default) passes first.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  what = 'the condition',
  deadlineMs = 5000,
): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== false && seen !== undefined) return seen as Exclude<T, false | undefined>;
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await wait(LOOK_AGAIN_MS);
  }
}
