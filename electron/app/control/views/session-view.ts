import type { Config } from '../../../../shared/config/config.ts';
import type { SessionDetail, SessionSummary } from '../../../../shared/sessions/session-view.ts';
import type { ClientSession } from '../../../gateway/sessions/client-session.ts';
import type { CallEntry } from '../../activity.ts';
import { backendLineView, backendSessionView } from './backend-session-view.ts';
import { capturedViews, driftViews, type SessionViewing } from './header-views.ts';
import { principalView } from './principal-view.ts';

const HOUR_MS = 3_600_000;
const MAX_SEEN = 100;

/** One line of the live list: names, counts, times. */
export function sessionSummary(session: ClientSession, viewing: SessionViewing): SessionSummary {
  return {
    ...commonFields(session, viewing),
    backends: enabledBackends(viewing.config).map(([name, config]) =>
      backendLineView(session, name, config, viewing),
    ),
  };
}

/** Everything that a window may know of a session; never a value. `calls`: the activity of this session, newest first. */
export function sessionDetail(
  session: ClientSession,
  viewing: SessionViewing,
  calls: readonly CallEntry[],
): SessionDetail {
  const { config, scrub } = viewing;
  const isActive = session.inFlight.size > 0 || session.listening.isOpen();
  return {
    ...commonFields(session, viewing),
    captured: capturedViews(session, viewing),
    seenNotAllowed: [...session.seenNotAllowed].slice(0, MAX_SEEN).map(scrub),
    ...(isActive
      ? {}
      : { expiresAt: viewing.wallTime(session.lastActivityAt) + config.gateway.sessionIdleHours * HOUR_MS }),
    warnings: warningsOf(session),
    backends: enabledBackends(config).map(([name, settings]) =>
      backendSessionView(session, name, settings, viewing, calls),
    ),
  };
}

function commonFields(session: ClientSession, viewing: SessionViewing): Omit<SessionSummary, 'backends'> {
  const { config, scrub, wallTime } = viewing;
  const { client } = session;
  return {
    session: session.handle,
    client: { name: scrub(client.name), version: scrub(client.version) },
    era: session.era,
    protocolVersion: session.protocolVersion,
    principal: principalView(session.principal),
    openedAt: wallTime(session.openedAt),
    lastActivityAt: wallTime(session.lastActivityAt),
    calls: session.calls,
    inFlight: session.inFlight.size,
    drift: driftViews(session, viewing),
    olderAllowlist: session.allowlist.join('\n') !== config.passthroughHeaders.join('\n'),
  };
}

function enabledBackends(config: Config) {
  return [...config.backends].filter(([, { enabled }]) => enabled);
}

function warningsOf(session: ClientSession): string[] {
  const names = session.droppedByConnection.join(', ');
  if (names === '') return [];
  return [`Not captured, since the client's Connection header names it: ${names}.`];
}
