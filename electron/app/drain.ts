import type { Gateway } from '../gateway/gateway.ts';
import type { Listening } from './listening.ts';

/** How long running calls may take before they are failed (CRA-04). */
export const DRAIN_MS = 10_000;
const LOOK_MS = 25;

/** Takes no new work, waits for running calls, then ends every session and what it opened (CRA-04). */
export async function drainGateway(
  gateway: Gateway,
  listening: Listening,
  patienceMs: number = DRAIN_MS,
): Promise<void> {
  gateway.draining = true;
  const closed = listening.stopAccepting();
  const until = performance.now() + patienceMs;
  while (callsUnderWay(gateway) > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const sessions = [...gateway.sessions.all()];
  await Promise.allSettled(sessions.map((session) => gateway.end(session, 'The gateway is closing.')));
  listening.close();
  await closed;
}

function callsUnderWay(gateway: Gateway): number {
  return [...gateway.sessions.all()].reduce((sum, session) => sum + session.inFlight.size, 0);
}
