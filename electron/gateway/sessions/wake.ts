import { setTimeout as wait } from 'node:timers/promises';
import type { Gateway } from '../gateway.ts';

/** Attempts are spread over this long, so that many sessions do not come back in one blow. */
const JITTER_MS = 1_000;

/**
 * After sleep or a lost network: backends that are down are tried soon instead of at the end of their back-off, and
 * streams that may have died without a word are opened anew.
 */
export async function wakeBackends(gateway: Gateway, random: () => number = Math.random): Promise<void> {
  const backends = [...gateway.sessions.all()].flatMap(({ backends: own }) =>
    [...own.values()].map(({ session }) => session),
  );
  await Promise.allSettled(
    backends.map(async (backend) => {
      await wait(random() * JITTER_MS, undefined, { ref: false });
      await backend.wake();
    }),
  );
}
