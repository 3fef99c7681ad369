import type { ControlApi } from '../../../shared/control/contract.ts';
import { secretValue } from '../../../shared/control/vocabulary.ts';
import { foldName } from '../../../shared/headers/name.ts';
import type { ClientSession } from '../../gateway/sessions/client-session.ts';
import type { ControlContext } from './context.ts';
import { refuse } from './refuse.ts';
import type { SessionViewing } from './views/header-views.ts';
import { sessionDetail, sessionSummary } from './views/session-view.ts';

/** For how long a window may show a revealed value, in ms (contract 1.6). */
const REVEALED_MS = 30_000;
const MAX_SESSIONS = 1_000;

/** The calls about live sessions. Values leave by `reveal` alone, one for each deliberate click. */
export function sessionsApi(context: ControlContext): ControlApi['sessions'] {
  const { patchbay, extras } = context;
  return {
    list: async () => ({ sessions: summaries(context) }),
    async detail({ session: handle }) {
      const session = liveSession(context, handle);
      const calls = patchbay.activity.calls().filter((entry) => entry.session === handle);
      return sessionDetail(session, viewing(context), calls.reverse());
    },
    async reveal({ session: handle, backend, header }) {
      const session = liveSession(context, handle);
      const wanted = foldName(header);
      const captured = session.captured.find(({ name }) => foldName(name) === wanted);
      if (captured === undefined || (backend !== undefined && !reaches(session, backend, wanted))) {
        return refuse('header.not-listed', 'No value of this header was captured there.');
      }
      extras.log.info('a captured value was shown', { session: handle, header: captured.name });
      return {
        header: captured.name,
        value: secretValue.parse(captured.value),
        // By the clock on the wall, with which the window compares it; ours stands still while the computer sleeps.
        hideAt: Date.now() + REVEALED_MS,
      };
    },
    async end({ session: handle }) {
      await patchbay.gateway.end(liveSession(context, handle), 'The session was ended in the window.');
      return {};
    },
  };
}

/** Every live session as one line. */
export function summaries(context: ControlContext) {
  const shown = [...context.patchbay.gateway.sessions.all()].slice(0, MAX_SESSIONS);
  return shown.map((session) => sessionSummary(session, viewing(context)));
}

/** What the views need besides the session. */
export function viewing({ patchbay, fingerprint, scrub }: ControlContext): SessionViewing {
  const { wallTime } = patchbay;
  return { config: patchbay.config(), fingerprint, scrub: scrub.text, wallTime };
}

function liveSession({ patchbay }: ControlContext, handle: string): ClientSession {
  const found = [...patchbay.gateway.sessions.all()].find((session) => session.handle === handle);
  return (
    found ?? refuse('session.unknown', 'This session has ended.', { fix: 'Look at the list of sessions.' })
  );
}

function reaches(session: ClientSession, backend: string, folded: string): boolean {
  const config = [...session.backends].find(([name]) => name === backend)?.[1].session.scope.config;
  if (config === undefined) return false;
  if (config.type === 'stdio')
    return [...config.envFromHeaders.values()].some((name) => foldName(name) === folded);
  return !config.passthrough.except.some((name) => foldName(name) === folded);
}
