/**
 * Whether what began at `since` and lasts `forMs` still lasts `now`; all in ms of one clock. By a clock that was set
 * back it began in the future: then it is over, too, or it would last for as long as the clock was set back (CLK-01).
 */
export function stillLasts(since: number, forMs: number, now: number): boolean {
  return Math.abs(now - since) < forMs;
}
