import type { Config } from '../../../../shared/config/config.ts';
import type { CapturedHeaderView, DriftView } from '../../../../shared/sessions/header-view.ts';
import type { ClientSession } from '../../../gateway/sessions/client-session.ts';
import type { Fingerprint } from '../fingerprint.ts';

/** What the views of sessions are made from besides the session. */
export interface SessionViewing {
  readonly config: Config;
  readonly fingerprint: Fingerprint;
  readonly scrub: (text: string) => string;
}

/** What was captured, by name, length and fingerprint. */
export function capturedViews(
  session: ClientSession,
  { fingerprint }: Pick<SessionViewing, 'fingerprint'>,
): CapturedHeaderView[] {
  return session.captured.map(({ name, bytes, value }) => ({
    name,
    bytes,
    fingerprint: fingerprint(value),
    capturedAt: Math.round(session.openedAt),
    source: 'client',
  }));
}

/** Where later requests differ, since when, and how by now. What they sent is not kept. */
export function driftViews(session: ClientSession): DriftView[] {
  return [...session.drift].map(([name, { since, kind }]) => ({ name, since: Math.round(since), now: kind }));
}
