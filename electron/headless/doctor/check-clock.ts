import type { Finding } from './finding.ts';

/** Before this program was made, no clock that is right can stand. */
const EARLIEST = Date.parse('2026-01-01T00:00:00Z');
/** Clocks of one machine and of its file servers differ by less. */
const TOLERANCE_MS = 5 * 60_000;

/** A moment that lies in the past for certain: when something of ours was written. */
export interface PastMoment {
  readonly what: string;
  /** In ms since 1970. */
  readonly at: number;
}

/** Whether the clock can be right. A wrong one makes tokens and certificates look expired or not yet valid (CLK-01). */
export function checkClock(now: number, past: readonly PastMoment[]): Finding {
  const common = { check: 'clock', subject: '' } as const;
  const fix = 'Set the clock of this machine; tokens and certificates are judged by it.';
  const shown = new Date(now).toISOString();
  if (now < EARLIEST) {
    return {
      ...common,
      state: 'problem',
      message: `shows ${shown}, which is before this program was made`,
      fix,
    };
  }
  const later = past.filter(({ at }) => at - now > TOLERANCE_MS).sort((one, other) => other.at - one.at)[0];
  if (later === undefined) return { ...common, state: 'well', message: `shows ${shown}` };
  const message = `shows ${shown}, but ${later.what} was written at ${new Date(later.at).toISOString()}`;
  return { ...common, state: 'problem', message, fix };
}
