import type { GatewayEvents } from '../gateway/gateway.ts';
import type { ClientSession } from '../gateway/sessions/client-session.ts';
import type { Log } from '../log/log.ts';
import { createListeners } from '../secrets/change-listeners.ts';
import type { Activity, ActivityEntry } from './activity.ts';

type Listeners<T> = ReturnType<typeof createListeners<T>>;

/** What the control API listens to. Every event says only that something changed, and what. */
export interface PatchbayListeners {
  /** An entry of the activity list, new or changed. */
  readonly noted: Listeners<ActivityEntry>;
  readonly sessionsChanged: Listeners<ClientSession>;
  readonly backendsChanged: Listeners<string>;
  readonly configApplied: Listeners<undefined>;
}

/** Turns what happens in the gateway into log lines, activity entries and change events. */
export function createGatewayEvents(
  log: Log,
  activity: Activity,
  now: () => number,
): { readonly events: GatewayEvents; readonly listeners: PatchbayListeners } {
  const listeners: PatchbayListeners = {
    noted: createListeners<ActivityEntry>(),
    sessionsChanged: createListeners<ClientSession>(),
    backendsChanged: createListeners<string>(),
    configApplied: createListeners<undefined>(),
  };
  /** How many names of a session were told as different. */
  const differing = new WeakMap<ClientSession, number>();
  const events: GatewayEvents = {
    called(call) {
      const entry = activity.add(call);
      listeners.noted.tell(entry);
      return (ending) => listeners.noted.tell(activity.end(entry, ending));
    },
    sessionOpened(session) {
      log.info('session opened', {
        session: session.handle,
        client: session.client.name,
        principal: session.principal.kind,
        captured: session.captured.map(({ name }) => name),
      });
      listeners.sessionsChanged.tell(session);
    },
    sessionChanged(session) {
      // A client that changes its mind with every request is logged once for each name.
      if (differing.get(session) !== session.drift.size) {
        log.info('the client now sends other headers than were captured', {
          session: session.handle,
          headers: [...session.drift.keys()],
        });
      }
      differing.set(session, session.drift.size);
      listeners.sessionsChanged.tell(session);
    },
    sessionEnded(session, why) {
      log.info('session ended', { session: session.handle, why });
      listeners.sessionsChanged.tell(session);
    },
    backendChanged(session, backend, state) {
      if ('failure' in state) {
        log.warn(state.failure.message, { session: session.handle, backend, code: state.failure.code });
      } else log.debug('backend session', { session: session.handle, backend, state: state.state });
      listeners.backendsChanged.tell(backend);
    },
    warned(session, backend, warning) {
      log.warn(warning, { session: session.handle, backend });
    },
    toolsChanged(backend, tools, isHeld) {
      const outcome = isHeld ? 'held-back' : 'changed';
      const entry = activity.addChange({ at: now(), backend, tools, outcome });
      if (entry === undefined) return;
      log.warn('tools are other ones than were first seen', { backend, count: entry.count, isHeld });
      listeners.noted.tell(entry);
    },
    refused(code, status, reason) {
      log.warn('request refused', { code, status, ...(reason === undefined ? {} : { reason }) });
    },
    overloaded(why) {
      log.warn(why, { code: 'gateway.overloaded' });
    },
  };
  return { events, listeners };
}
