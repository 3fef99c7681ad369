import type { ListKind } from '../catalog/kinds.ts';
import { LISTS } from '../catalog/kinds.ts';

/** Tells a client that lists changed: many reasons, one notification (hazard 6, HTP-18). */
export interface ListChanges {
  /** `sayAtOnce` reaches a client that does not listen, for as long as a call is under way: it is told without a wait. */
  changed(kinds: readonly ListKind[], sayAtOnce?: (message: Buffer) => void): void;
  close(): void;
}

const GATHER_MS = 75;
/** At most one notification of a kind a second reaches the client. */
const INTERVAL_MS = 1_000;

/** Gathers changes for a moment, then sends one notification per kind, at most once a second. */
export function createListChanges(send: (message: Buffer) => void, now: () => number): ListChanges {
  const pending = new Set<string>();
  let lastSent = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    timer = undefined;
    say(send);
  }

  function say(tell: (message: Buffer) => void): void {
    lastSent = now();
    for (const method of pending) tell(Buffer.from(`{"jsonrpc":"2.0","method":"${method}"}`));
    pending.clear();
  }

  return {
    changed(kinds, sayAtOnce) {
      for (const kind of kinds) pending.add(LISTS[kind].changed);
      if (pending.size === 0 || timer !== undefined) return;
      if (sayAtOnce !== undefined && now() - lastSent >= INTERVAL_MS) {
        say(sayAtOnce);
        return;
      }
      timer = setTimeout(flush, Math.max(GATHER_MS, lastSent + INTERVAL_MS - now()));
      timer.unref();
    },
    close() {
      clearTimeout(timer);
    },
  };
}
