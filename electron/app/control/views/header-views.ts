import type { Config } from '../../../../shared/config/config.ts';
import { foldName } from '../../../../shared/headers/name.ts';
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

/** Where a later request differs. What it sent is not kept; only an added header can be told from a changed one. */
export function driftViews(session: ClientSession): DriftView[] {
  const captured = new Set(session.captured.map(({ name }) => foldName(name)));
  return [...session.drift].map(([name, since]) => ({
    name,
    since: Math.round(since),
    ...(captured.has(foldName(name)) ? {} : { now: 'added' as const }),
  }));
}
