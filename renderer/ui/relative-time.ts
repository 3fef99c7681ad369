const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in words a person says: `now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago`; also `in 5 min`. */
export function relativeTime(at: number, now: number): string {
  const gap = Math.abs(now - at);
  if (gap < 2_000) return 'now';
  const span = duration(gap);
  return at > now ? `in ${span}` : `${span} ago`;
}

/** A span as its largest unit, from seconds to days. */
export function duration(milliseconds: number): string {
  if (milliseconds < MINUTE) return `${Math.max(1, Math.floor(milliseconds / 1_000))} s`;
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} min`;
  if (milliseconds < DAY) return `${Math.floor(milliseconds / HOUR)} h`;
  return `${Math.floor(milliseconds / DAY)} d`;
}

/** The hour of a time as people here write it: `10:42`, with seconds on demand. */
export function clockTime(at: number, seconds = false): string {
  return new Date(at).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
  });
}

/** The exact time, for titles. */
export function exactTime(at: number): string {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}
