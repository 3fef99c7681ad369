/** Turns times of our own clock into times on the wall, in whole ms since 1970. */
export interface WallTime {
  of(time: number): number;
  /** Compares the clocks; to be called often, so that a sleep is noticed soon after its end. */
  look(): void;
}

/** Clocks that part by more than this were set, or the computer slept. In ms. */
const PARTED_MS = 1_000;
/** Partings that are remembered. */
const KEPT = 100;

/**
 * Our own clock never jumps, which keeps limits and sessions safe (CLK-01), but on Linux it stands still while the
 * computer sleeps: shown as it is, a call of this moment would be hours old. How far it is behind is noted at each
 * parting, so that what was before a sleep keeps its time. What was noted since the last look counts as after it.
 */
export function createWallTime(now: () => number, wallClock: () => number = () => Date.now()): WallTime {
  const behindNow = (): number => wallClock() - now();
  let latest = { from: Number.NEGATIVE_INFINITY, behind: behindNow() };
  let earlier: (typeof latest)[] = [];
  let lookedAt = now();
  return {
    of(time) {
      const span = time > latest.from ? latest : (earlier.findLast(({ from }) => time > from) ?? latest);
      return Math.round(time + span.behind);
    },
    look() {
      const behind = behindNow();
      if (Math.abs(behind - latest.behind) > PARTED_MS) {
        earlier = [...earlier, latest].slice(-KEPT);
        latest = { from: lookedAt, behind };
      }
      lookedAt = now();
    },
  };
}
