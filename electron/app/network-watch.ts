import { networkInterfaces } from 'node:os';
import type { Gateway } from '../gateway/gateway.ts';
import { wakeBackends } from '../gateway/sessions/wake.ts';

/** What is looked at; a test brings its own. */
export interface NetworkSigns {
  /** Every address of this computer but loopback, as one text; `undefined` where the system does not say. */
  readonly addresses: () => string | undefined;
  /** The wall clock in ms: it runs on while the computer sleeps. */
  readonly wallClock: () => number;
}

const LOOK_MS = 2_000;
/** Two looks this far apart by the wall clock: the computer slept in between, or its clock was set. */
const SLEPT_MS = 30_000;

/** Asking takes a file descriptor, and there may be none left (RES-03): then nothing is known, and nothing has changed. */
function systemAddresses(): string | undefined {
  try {
    return Object.values(networkInterfaces())
      .flat()
      .flatMap((one) => (one === undefined || one.internal ? [] : [one.address]))
      .sort()
      .join();
  } catch {
    return undefined;
  }
}

const SYSTEM: NetworkSigns = { addresses: systemAddresses, wallClock: () => Date.now() };

/**
 * Notices a network that went, came or changed, and a sleep: then backends that are down are tried at once, and streams
 * that may be dead are opened anew (NET-01, NET-02). Sessions are left alone, so that a clock that jumps costs nothing
 * but a stream (CLK-01).
 */
export function watchNetwork(
  gateway: Gateway,
  failed: () => void,
  signs: NetworkSigns = SYSTEM,
  lookMs = LOOK_MS,
): Disposable {
  let addresses = signs.addresses() ?? '';
  let lookedAt = signs.wallClock();
  const timer = setInterval(() => {
    const now = signs.wallClock();
    const slept = now - lookedAt > SLEPT_MS;
    lookedAt = now;
    const before = addresses;
    addresses = signs.addresses() ?? before;
    // Without any address there is nothing to try yet.
    if ((addresses !== before && addresses !== '') || slept) wakeBackends(gateway).catch(failed);
  }, lookMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
