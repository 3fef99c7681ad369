import type { Config } from '../../../../shared/config/config.ts';
import type { CapturedHeaderView, DriftView } from '../../../../shared/sessions/header-view.ts';
import type { ClientSession } from '../../../gateway/sessions/client-session.ts';
import type { Fingerprint } from '../fingerprint.ts';

/** What the views of sessions are made from besides the session. */
export interface SessionViewing {
  readonly config: Config;
  readonly fingerprint: Fingerprint;
  readonly scrub: (text: string) => string;
  /** Turns a time of our own clock into one that is shown. */
  readonly wallTime: (time: number) => number;
}

/** What was captured, by name, length and fingerprint. */
export function capturedViews(
  session: ClientSession,
  { fingerprint, wallTime }: Pick<SessionViewing, 'fingerprint' | 'wallTime'>,
): CapturedHeaderView[] {
  return session.captured.map(({ name, bytes, value }) => ({
    name,
    bytes,
    fingerprint: fingerprint(value),
    capturedAt: wallTime(session.openedAt),
    source: 'client',
  }));
}

/** Where later requests differ, since when, and how by now. What they sent is not kept. */
export function driftViews(
  session: ClientSession,
  { wallTime }: Pick<SessionViewing, 'wallTime'>,
): DriftView[] {
  return [...session.drift].map(([name, { since, kind }]) => ({ name, since: wallTime(since), now: kind }));
}
