import type { BackendName } from '../../../../shared/config/backend-name.ts';
import type { BackendConfig } from '../../../../shared/config/backend-schema.ts';
import type { CallAnswer } from '../../../../shared/control/contract.ts';
import { isErrorCode } from '../../../../shared/errors/codes.ts';
import { type FoldedName, foldName } from '../../../../shared/headers/name.ts';
import { headerOwners } from '../../../../shared/headers/owners.ts';
import { REASON_TEXT } from '../../../../shared/headers/plan.ts';
import type {
  BackendSessionView,
  SessionErrorView,
  BackendSessionState as StateView,
} from '../../../../shared/sessions/backend-session-view.ts';
import type { OutgoingHeaderView, UnsentHeaderView } from '../../../../shared/sessions/header-view.ts';
import type { ClientSession, SessionBackend } from '../../../gateway/sessions/client-session.ts';
import type { CallEntry } from '../../activity.ts';
import { callView } from './activity-view.ts';
import { capturedViews, driftViews, type SessionViewing } from './header-views.ts';
import { wayOutOf } from './ways-out.ts';

const MAX_CALLS = 20;

/** The line of one backend in a list of sessions. */
export function backendLineView(
  session: ClientSession,
  name: BackendName,
  config: BackendConfig,
  viewing: SessionViewing,
): CallAnswer<'sessions.list'>['sessions'][number]['backends'][number] {
  const reaches = headersReaching(session, config);
  return {
    backend: name,
    status: stateView(session, session.backends.get(name), viewing),
    capturedCount: session.captured.filter((header) => reaches(foldName(header.name))).length,
    drifted: [...session.drift.keys()].some((drifted) => reaches(foldName(drifted))),
  };
}

/** One backend within one session: state, what was captured for it, what goes out and from where. */
export function backendSessionView(
  session: ClientSession,
  name: BackendName,
  config: BackendConfig,
  viewing: SessionViewing,
  calls: readonly CallEntry[],
): BackendSessionView {
  const owner = session.backends.get(name);
  const reaches = headersReaching(session, config);
  const own = calls.filter(({ backend, target }) => backend === name && target !== undefined);
  return {
    backend: name,
    transport: config.type,
    status: stateView(session, owner, viewing),
    ...helloView(owner, viewing),
    ...(owner?.notes.pid === undefined ? {} : { pid: owner.notes.pid }),
    captured: capturedViews(session, viewing).filter((header) => reaches(foldName(header.name))),
    mapped: mappedHeaders(session, config),
    outgoing: outgoingViews(name, owner, viewing),
    unsent: unsentHeaders(session, config),
    drift: driftViews(session, viewing).filter((drift) => reaches(foldName(drift.name))),
    errors: errorViews(owner, viewing),
    ...droppedView(owner, viewing),
    calls: own.slice(0, MAX_CALLS).map((entry) => {
      const { at, target = entry.method, outcome, duration } = callView(entry, viewing.scrub);
      return { at, tool: target, outcome, ...(duration === undefined ? {} : { duration }) };
    }),
    inFlight: [...session.inFlight.values()].filter(({ backend }) => backend === owner?.session).length,
    restarts: owner?.session.reopened() ?? 0,
    ...(owner?.notes.restartedAt === undefined
      ? {}
      : { lastRestartAt: viewing.wallTime(owner.notes.restartedAt) }),
  };
}

/** Which headers a backend gets: as headers, less its exceptions, or as variables of a process. */
function headersReaching(session: ClientSession, config: BackendConfig): (folded: FoldedName) => boolean {
  if (config.type === 'stdio') {
    const mapped = new Set([...config.envFromHeaders.values()].map(foldName));
    return (folded) => mapped.has(folded);
  }
  const except = new Set(config.passthrough.except.map(foldName));
  const listed = new Set(session.allowlist.map(foldName));
  return (folded) => listed.has(folded) && !except.has(folded);
}

function mappedHeaders(session: ClientSession, config: BackendConfig): BackendSessionView['mapped'] {
  if (config.type !== 'stdio') return [];
  const captured = new Set(session.captured.map(({ name }) => foldName(name)));
  return [...config.envFromHeaders]
    .filter(([, header]) => captured.has(foldName(header)))
    .map(([variable, header]) => ({ header, variable }));
}

function unsentHeaders(session: ClientSession, config: BackendConfig): UnsentHeaderView[] {
  const captured = new Set(session.captured.map(({ name }) => foldName(name)));
  const dropped = new Set(session.droppedByConnection);
  const reaches = headersReaching(session, config);
  return session.allowlist.flatMap((name): UnsentHeaderView[] => {
    const folded = foldName(name);
    if (!reaches(folded)) {
      return config.type === 'stdio'
        ? [{ name, why: 'process-takes-no-headers', message: REASON_TEXT['process-takes-no-headers'] }]
        : [{ name, why: 'excepted', message: REASON_TEXT.excepted }];
    }
    if (captured.has(folded)) return [];
    return dropped.has(folded)
      ? [{ name, why: 'named-by-connection', message: "the client's Connection header names it" }]
      : [{ name, why: 'not-sent-by-client', message: REASON_TEXT['not-sent-by-client'] }];
  });
}

function outgoingViews(
  name: BackendName,
  owner: SessionBackend | undefined,
  { config }: SessionViewing,
): OutgoingHeaderView[] {
  const places = headerOwners(config, name);
  return (owner?.notes.outgoing ?? []).map((header) => {
    const place = places.find(
      ({ folded, source }) => folded === foldName(header.name) && source === header.source,
    )?.place;
    const isConfigured = place !== undefined && header.source !== 'protocol';
    return { name: header.name, source: header.source, ...(isConfigured ? { place } : {}) };
  });
}

function errorViews(
  owner: SessionBackend | undefined,
  { scrub, wallTime }: SessionViewing,
): SessionErrorView[] {
  return (owner?.notes.errors ?? []).map(({ at, code, message }) => ({
    at: wallTime(at),
    code: isErrorCode(code) ? code : 'gateway.internal',
    message: scrub(message),
  }));
}

function droppedView(
  owner: SessionBackend | undefined,
  { scrub }: SessionViewing,
): Pick<BackendSessionView, 'dropped'> {
  const { dropped: count = 0, droppedLine } = owner?.notes ?? {};
  if (count === 0) return {};
  return { dropped: { count, ...(droppedLine === undefined ? {} : { latest: scrub(droppedLine) }) } };
}

function helloView(
  owner: SessionBackend | undefined,
  { scrub }: SessionViewing,
): Pick<BackendSessionView, 'protocolVersion' | 'server'> {
  const state = owner?.session.state();
  if (state?.state !== 'ready') return {};
  const { protocolVersion, serverInfo } = state.hello;
  const text = (value: unknown): string => (typeof value === 'string' ? scrub(value) : '');
  return {
    protocolVersion: protocolVersion.slice(0, 32),
    server: { name: text(serverInfo.name), version: text(serverInfo.version) },
  };
}

function stateView(
  session: ClientSession,
  owner: SessionBackend | undefined,
  { scrub, wallTime }: SessionViewing,
): StateView {
  if (owner === undefined) return { state: 'not-opened', reason: 'It was not opened for this session.' };
  const state = owner.session.state();
  const since = wallTime(owner.notes.stateSince);
  switch (state.state) {
    case 'opening':
      return { state: 'opening', since };
    case 'ready':
      return { state: 'ready', since };
    case 'closed':
      return { state: 'off', reason: 'Its session was closed.' };
    case 'down': {
      const reason = scrub(state.failure.message);
      return { state: 'lost', since, reason, attempt: state.attempt, nextTryAt: wallTime(state.retryAt) };
    }
    case 'off':
      return offView(session, owner, scrub(state.failure.message), state.failure.code);
  }
}

function offView(session: ClientSession, owner: SessionBackend, reason: string, code: string): StateView {
  if (code === 'backend.needs-sign-in') return { state: 'needs-sign-in', reason };
  if (code === 'backend.cannot-start') return { state: 'cannot-start', reason, ...wayOutOf(code) };
  if (code !== 'backend.needs-caller-header') return { state: 'off', reason };
  const headers = unsentHeaders(session, owner.session.scope.config)
    .filter(({ why }) => why !== 'excepted')
    .map(({ name }) => name);
  return { state: 'needs-caller-header', reason, headers };
}
