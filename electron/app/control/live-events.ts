import type { ClientSession } from '../../gateway/sessions/client-session.ts';
import type { ActivityEntry } from '../activity.ts';
import { backendLine } from './backend-lines.ts';
import { createBatch } from './batch.ts';
import type { ControlContext } from './context.ts';
import { seenNames } from './headers.ts';
import { allStatus } from './secrets.ts';
import { viewing } from './sessions.ts';
import { type SignIns, signInLine } from './sign-in.ts';
import { callsLastMinute, gatewayState } from './status.ts';
import { tellBackendLines } from './tell-backends.ts';
import { tokenViews } from './tokens.ts';
import { catalogFigures } from './tools.ts';
import { activityView } from './views/activity-view.ts';
import { sessionSummary } from './views/session-view.ts';

/** The most entries that one event carries; what is over is counted. */
const MAX_ENTRIES = 500;

/** Turns what happens in the gateway into events for windows, gathered to at most four of a kind a second. */
export function followGateway(context: ControlContext, signIns: SignIns): void {
  const { patchbay, owned } = context;
  const { listeners } = patchbay;
  /** By number: a call that begins and ends within one batch is told once, as it ended. */
  const entries = new Map<number, ActivityEntry>();
  const sessions = new Map<string, ClientSession | undefined>();
  const backends = new Set<string>();
  const parts = new Set<'seen' | 'tokens' | 'tools' | 'secrets'>();
  const batch = owned.use(
    createBatch(flush, (thrown) => {
      const error = thrown instanceof Error ? thrown.name : typeof thrown;
      context.extras.log.error('an event for the windows failed', { error });
    }),
  );

  owned.use(
    listeners.noted.add((entry) => {
      entries.set(entry.number, entry);
      backends.add(entry.backend);
      if (entry.kind === 'call' && !sessions.has(entry.session)) sessions.set(entry.session, undefined);
      batch.touch();
    }),
  );
  owned.use(
    listeners.sessionsChanged.add((session) => {
      sessions.set(session.handle, session);
      parts.add('seen').add('tokens');
      batch.touch();
    }),
  );
  owned.use(
    listeners.backendsChanged.add((backend) => {
      backends.add(backend);
      for (const session of patchbay.gateway.sessions.all()) {
        if ([...session.backends.keys()].some((name) => name === backend))
          sessions.set(session.handle, session);
      }
      batch.touch();
    }),
  );
  owned.use(
    patchbay.gateway.catalog.listed.add((backend) => {
      backends.add(backend);
      parts.add('tools');
      batch.touch();
    }),
  );
  owned.use(
    listeners.configApplied.add(() => {
      for (const name of patchbay.config().backends.keys()) backends.add(name);
      for (const session of patchbay.gateway.sessions.all()) sessions.set(session.handle, session);
      parts.add('seen').add('tokens').add('tools');
      batch.touch();
    }),
  );
  owned.use(
    patchbay.secrets.onChange(({ backend }) => {
      backends.add(backend);
      parts.add('secrets');
      batch.touch();
    }),
  );

  async function flush(): Promise<void> {
    const now = {
      entries: [...entries.values()],
      sessions: [...sessions],
      backends: [...backends],
      parts: new Set(parts),
    };
    entries.clear();
    sessions.clear();
    backends.clear();
    parts.clear();
    raiseActivity(context, now.entries);
    raiseSessions(context, now.sessions);
    await raiseBackends(context, now.backends);
    for (const name of now.backends) {
      const line = await signInLine(context, signIns, name);
      if (line.status.state !== 'not-needed') context.raise('signIn.changed', line);
    }
    if (now.parts.has('seen')) context.raise('headers.seen', { names: seenNames(context) });
    if (now.parts.has('tokens')) context.raise('tokens.changed', { tokens: tokenViews(context) });
    if (now.parts.has('tools'))
      context.raise('tools.changed', { backends: now.backends, ...catalogFigures(context) });
    if (now.parts.has('secrets')) {
      const keychain = await patchbay.secrets.status();
      context.raise('secrets.changed', { keychain, secrets: await allStatus(context) });
    }
    context.raise('status.changed', {
      gateway: gatewayState(context),
      callsLastMinute: callsLastMinute(context),
    });
  }
}

function raiseActivity({ raise, scrub }: ControlContext, entries: readonly ActivityEntry[]): void {
  if (entries.length === 0) return;
  const shown = entries.slice(-MAX_ENTRIES).map((entry) => activityView(entry, scrub.text));
  raise('activity.appended', { entries: shown, dropped: entries.length - shown.length });
}

function raiseSessions(
  context: ControlContext,
  changed: readonly (readonly [handle: string, session: ClientSession | undefined])[],
): void {
  const live = new Map(
    [...context.patchbay.gateway.sessions.all()].map((session) => [session.handle, session]),
  );
  const sessions = changed.flatMap(([handle]) => {
    const session = live.get(handle);
    return session === undefined ? [] : [sessionSummary(session, viewing(context))];
  });
  const ended = changed.filter(([handle, session]) => session !== undefined && !live.has(handle));
  if (sessions.length === 0 && ended.length === 0) return;
  context.raise('sessions.changed', { sessions, ended: ended.map(([handle]) => handle) });
}

async function raiseBackends(context: ControlContext, names: readonly string[]): Promise<void> {
  const lines = await Promise.all(names.map((name) => backendLine(context, name)));
  const backends = lines.filter((line) => line !== undefined);
  if (backends.length > 0) tellBackendLines(context, backends);
}
