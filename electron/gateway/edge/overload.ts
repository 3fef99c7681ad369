import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { devNull } from 'node:os';

export interface OverloadEvents {
  /** Connections are closed untaken, and why; at most once a minute. */
  overloaded(why: string): void;
  /** What was lacking is there again. */
  relieved(): void;
}

export interface OverloadOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** How often is looked whether anything can be opened, in ms. */
  readonly lookMs?: number;
  readonly canOpen?: () => boolean;
  /** How many files and connections this process may have open; `undefined` where that is not known. */
  readonly limit?: number | undefined;
}

/** With what follows, a lack that has ended is noticed and made good within five seconds (RES-03). */
const LOOK_MS = 1_000;
const TELL_AGAIN_MS = 60_000;

/**
 * Keeps half of what the process may open from the clients' connections, since each backend, process and file takes one
 * as well, and looks after the rest: without any file descriptor left, the runtime closes new connections untold.
 */
export function watchOverload(
  servers: readonly Server[],
  { overloaded, relieved }: OverloadEvents,
  { now, lookMs = LOOK_MS, canOpen = canOpenNow, limit = descriptorLimit() }: OverloadOptions,
): Disposable {
  let toldAt = Number.NEGATIVE_INFINITY;
  let isLacking = false;

  function tell(why: string): void {
    if (now() - toldAt < TELL_AGAIN_MS) return;
    toldAt = now();
    overloaded(why);
  }

  const most = limit === undefined ? undefined : Math.max(1, Math.floor(limit / 2 / servers.length));
  for (const server of servers) {
    if (most !== undefined) server.maxConnections = most;
    server.on('drop', () => tell(`More than ${most} connections are open: no more are taken.`));
    // A connection that cannot be taken must not end the process.
    server.on('error', () => tell('A connection could not be taken.'));
  }
  const timer = setInterval(() => {
    const before = isLacking;
    isLacking = !canOpen();
    if (isLacking) tell('No file or connection can be opened: this process has no file descriptors left.');
    else if (before) relieved();
  }, lookMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function canOpenNow(): boolean {
  try {
    closeSync(openSync(devNull, 'r'));
    return true;
  } catch {
    return false;
  }
}

/** Only Linux says it cheaply, and has limits by default that are soon reached; Node has set it as high as it may be. */
function descriptorLimit(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return limitIn(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return undefined;
  }
}

/** The soft limit of open files in the text of /proc/self/limits; `undefined` where there is none. */
export function limitIn(limits: string): number | undefined {
  const limit = /^Max open files +(\d+) /m.exec(limits)?.[1];
  return limit === undefined ? undefined : Number(limit);
}
