import { randomBytes } from 'node:crypto';
import { MODERN_VERSION } from '../../../shared/mcp/modern.ts';
import type { EdgeRequest } from '../edge/handle-post.ts';
import type { Gateway } from '../gateway.ts';
import { createHeldTopics } from '../modern/held-topics.ts';
import type { Listens } from '../modern/listens.ts';
import { createTaskOwners } from '../routing/task-owners.ts';
import { createListeningStreams } from '../streams/listening.ts';
import { createResumption } from '../streams/resumption.ts';
import { createServerRequests } from '../streams/server-requests.ts';
import type { ClientSession } from './client-session.ts';
import type { SessionDraft } from './draft-session.ts';
import { markerOf } from './hops.ts';
import { createListChanges } from './list-changes.ts';
import { openSessionBackend, type SessionBackendsOptions } from './session-backends.ts';
import { createSessionLists } from './session-lists.ts';
import { newSessionId } from './session-store.ts';
import { createSubscriptions } from './subscriptions.ts';

/** What stands for a session where the client has none (contract 1.7). */
export interface ModernAnchor {
  /** Never told to anybody. */
  readonly id: string;
  readonly listens: Listens;
}

/** Makes a session of a checked draft and opens its backends in parallel; waits for none of them. */
export function createSession(
  { gateway, request, fields, principal }: EdgeRequest,
  draft: SessionDraft,
  hops: readonly string[],
  modern?: ModernAnchor,
): ClientSession {
  const { ports, config, seen, events } = gateway.options;
  const now = ports.now();
  const allowlist = config().passthroughHeaders;
  const backends: ClientSession['backends'] = new Map();
  const listening = modern?.listens ?? createListeningStreams(randomBytes(4).toString('hex'));
  const changes = createListChanges((message) => listening.send(message), ports.now);
  const session: ClientSession = {
    id: modern?.id ?? newSessionId(),
    handle: randomBytes(8).toString('hex'),
    era: modern === undefined ? 'legacy' : 'modern',
    listens: modern?.listens,
    principal,
    binding: draft.binding,
    presentedToken: fields.authorization !== undefined,
    hello: {
      protocolVersion: draft.protocolVersion,
      capabilitiesText: draft.capabilitiesText,
      clientInfoText: draft.clientInfoText,
    },
    client: draft.client,
    clientCapabilities: draft.capabilities,
    protocolVersion: modern === undefined ? draft.protocolVersion : MODERN_VERSION,
    allowlist,
    captured: draft.capture.captured,
    droppedByConnection: draft.capture.droppedByConnection,
    openedAt: now,
    hop: markerOf(ports.hop, hops),
    backends,
    inFlight: new Map(),
    preparing: new Map(),
    serverRequests: createServerRequests(),
    tasks: createTaskOwners(),
    resumption: createResumption(draft.protocolVersion),
    listening: {
      ...listening,
      close() {
        changes.close();
        listening.close();
      },
    },
    lists: createSessionLists({
      backends,
      catalog: gateway.catalog,
      era: modern === undefined ? 'legacy' : 'modern',
      openedAt: now,
      now: ports.now,
      isAwaited: (backend) => !gateway.unresponsive.has(backend),
      waitedInVain(backend) {
        // A process may be slow in its first start only; a server that hangs for one session hangs for the next.
        if (config().backends.get(backend)?.type !== 'stdio') gateway.unresponsive.add(backend);
      },
      cameLate: (kind) => changes.changed([kind]),
    }),
    listsChanged: changes.changed,
    saysWhoAsks: () => config().gateway.sayWhoAsks,
    subscriptions: createSubscriptions(),
    heldTopics: createHeldTopics(),
    drift: new Map(),
    seenNotAllowed: new Set(seen.note(request.rawHeaders, allowlist, draft.client.name, now)),
    logLevel: undefined,
    lastActivityAt: now,
    calls: 0,
    faults: 0,
    closed: false,
  };
  gateway.sessions.add(session);
  for (const [name, backend] of config().backends) {
    if (backend.enabled) openSessionBackend(backendsOptions(gateway, session), name, backend);
  }
  events.sessionOpened(session);
  return session;
}

/** Failures that take their time. All others are quick, or are this session's own and say nothing of the next one. */
const SLOW: ReadonlySet<string> = new Set(['backend.unreachable', 'backend.timeout']);

/** What opening and closing backends of a session needs; also used when the configuration changes. */
export function backendsOptions(gateway: Gateway, session: ClientSession): SessionBackendsOptions {
  return {
    session,
    ports: { ...gateway.options.ports, hop: session.hop },
    listsChanged: session.listsChanged,
    warned: (backend, warning) => gateway.options.events.warned(session, backend, warning),
    stateChanged: (backend, state) => {
      if (state.state === 'ready') gateway.unresponsive.delete(backend);
      else if (state.state === 'down' && SLOW.has(state.failure.code)) gateway.unresponsive.add(backend);
      gateway.options.events.backendChanged(session, backend, state);
    },
  };
}
