import type { ReactNode } from 'react';
import { useClock } from '../stores/clock.ts';
import { exactTime, relativeTime } from './relative-time.ts';

/** A relative time that keeps up with the clock; the exact one on hover. */
export function TimeAgo({ at }: { at: number }): ReactNode {
  const words = useClock(({ now }) => relativeTime(at, now));
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {words}
    </time>
  );
}
