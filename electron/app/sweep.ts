import type { Gateway } from '../gateway/gateway.ts';

const TICK_MS = 250;
const KEEP_ALIVE_MS = 15_000;
const HOUR_MS = 3_600_000;

/**
 * The one clock of the gateway: call limits, keep-alive comments and idle sessions, so that no call carries a timer of
 * its own. Runs on the monotonic clock that is passed in (CLK-01); `ticked` is called each time.
 */
export function startSweep(gateway: Gateway, now: () => number, ticked: () => void): Disposable {
  let lastKeepAlive = now();
  const timer = setInterval(() => {
    const time = now();
    const keepAlive = time - lastKeepAlive >= KEEP_ALIVE_MS;
    if (keepAlive) lastKeepAlive = time;
    sweepOnce(gateway, time, keepAlive);
    ticked();
  }, TICK_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** One look at every session. */
export function sweepOnce(gateway: Gateway, time: number, keepAlive: boolean): void {
  const idleMs = gateway.options.config().gateway.sessionIdleHours * HOUR_MS;
  for (const session of gateway.sessions.all()) {
    for (const exchange of session.inFlight.values()) {
      if (exchange.tick(time)) void exchange.backend.post(cancelled(exchange.idText), session.principal);
    }
    // An open stream or a running call is activity (SES-15).
    if (session.inFlight.size > 0 || session.listening.isOpen()) session.lastActivityAt = time;
    else if (time - session.lastActivityAt > idleMs)
      void gateway.end(session, 'The session was idle for too long.');
    if (keepAlive) {
      session.listening.keepAlive();
      session.resumption.forgetOld(time);
    }
  }
}

/** Tells a backend that nobody waits for its answer any more (MCP basic/utilities/cancellation). */
function cancelled(idText: string): Buffer {
  return Buffer.from(
    `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${idText},"reason":"The call took too long."}}`,
  );
}
