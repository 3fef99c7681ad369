import type { ControlApi } from '../../../shared/control/contract.ts';
import type { SessionDetail, SessionSummary } from '../../../shared/sessions/session-view.ts';
import { SAMPLE_VALUES } from './sample-sessions.ts';
import { refuse, type World } from './world.ts';

/** The calls about sessions; values are given for a reveal only. */
export function sessionsApi(world: World): ControlApi['sessions'] {
  const find = (session: string): SessionDetail =>
    world.sessions.find((item) => item.session === session) ??
    refuse({ code: 'session.unknown', message: 'This session has ended.', fix: 'Choose another one.' });
  return {
    list: async () => ({ sessions: world.sessions.map(summaryOf) }),
    detail: async ({ session }) => find(session),
    reveal: async ({ session, header }) => {
      find(session);
      const value = SAMPLE_VALUES[header] ?? 'value';
      // The brand exists for the type checker: a plain string cannot become a secret by accident.
      return { header, value: value as never, hideAt: Date.now() + 30_000 };
    },
    end: async ({ session }) => {
      find(session);
      world.sessions = world.sessions.filter((item) => item.session !== session);
      world.emit('sessions.changed', { sessions: [], ended: [session] });
      return {};
    },
  };
}

/** The line of a session in the list. */
export function summaryOf(detail: SessionDetail): SessionSummary {
  return {
    ...detail,
    backends: detail.backends.map(({ backend, status, captured, drift }) => ({
      backend,
      status,
      capturedCount: captured.length,
      drifted: drift.length > 0,
    })),
  };
}
