import type { BackendName } from '../../../shared/config/backend-name.ts';
import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import { backendCollisions, collisionMessage } from '../../../shared/headers/collisions.ts';
import { foldName } from '../../../shared/headers/name.ts';
import { type BackendSession, openBackendSession } from '../../backends/backend-session.ts';
import type { BackendPorts } from '../../backends/open-transport.ts';
import type { BackendSessionState } from '../../backends/session-state.ts';
import { LIST_KINDS, LISTS, type ListKind } from '../catalog/kinds.ts';
import { listenToTasksAgain } from '../modern/listened-tasks.ts';
import { handleBackendMessage } from '../streams/backend-messages.ts';
import type { BackendNotes, ClientSession } from './client-session.ts';

export interface SessionBackendsOptions {
  readonly session: ClientSession;
  readonly ports: BackendPorts;
  readonly listsChanged: (kinds: readonly ListKind[]) => void;
  /** Told of every change of state, for the views. */
  readonly stateChanged: (backend: BackendName, state: BackendSessionState) => void;
  /** Told once of each thing that was left out of a backend's requests. Names, never values. */
  readonly warned: (backend: BackendName, warning: string) => void;
}

const REPLAY_TIMEOUT_MS = 10_000;
const MAX_ERRORS = 20;

/** Opens one backend of a session in the background. Replaces nothing: close the earlier one first. */
export function openSessionBackend(
  options: SessionBackendsOptions,
  backend: BackendName,
  config: BackendConfig,
): void {
  const { session, ports } = options;
  const now = ports.now();
  const notes: BackendNotes = {
    outgoing: [],
    dropped: 0,
    droppedLine: undefined,
    pid: undefined,
    openedAt: now,
    calledAt: 0,
    stateSince: now,
    restartedAt: undefined,
    warnings: new Set(),
    asked: [],
    errors: [],
  };
  const context = { session, backend, listsChanged: options.listsChanged, now: ports.now };
  const opened = openBackendSession(
    {
      backend,
      config,
      captured: session.captured,
      notCaptured: notCaptured(session, config),
      owner: session.principal,
      era: session.era,
      ...collisionOf(session, backend, config),
    },
    session.hello,
    ports,
    {
      message: (message) => guarded(notes, ports.now, () => handleBackendMessage(context, message)),
      changed: (state) => {
        notes.stateSince = ports.now();
        if (state.state === 'ready' && opened.reopened() > 0) notes.restartedAt = notes.stateSince;
        if ('failure' in state) noteError(notes, ports.now(), state.failure);
        stateChanged(options, backend, state);
      },
    },
    {
      sent: (headers) => {
        notes.outgoing = headers.provenance;
        for (const warning of headers.warnings ?? []) {
          if (notes.warnings.has(warning)) continue;
          notes.warnings.add(warning);
          options.warned(backend, warning);
        }
      },
      dropped: (line) => {
        notes.dropped++;
        notes.droppedLine = line ?? notes.droppedLine;
      },
      refused: (status, challenge) => ports.outgoingAuth(backend).refused?.(status, challenge),
      started: (pid) => {
        notes.pid = pid;
      },
    },
  );
  session.backends.set(backend, { session: opened, notes });
}

/** Closes one backend of a session: it was removed, switched off or changed. */
export async function closeSessionBackend(
  { session, listsChanged }: SessionBackendsOptions,
  backend: BackendName,
): Promise<void> {
  const owner = session.backends.get(backend);
  if (owner === undefined) return;
  session.backends.delete(backend);
  withdrawRequests(session, owner.session);
  session.lists.forget(backend);
  listsChanged([...session.lists.served]);
  await owner.session.close();
}

/** A live session meets a configuration that its captured headers collide with: this backend is off for it. */
function collisionOf(session: ClientSession, backend: BackendName, config: BackendConfig) {
  const captured = new Set(session.captured.map(({ name }) => foldName(name)));
  const found = backendCollisions(session.allowlist, backend, config).filter(({ folded }) =>
    captured.has(folded),
  );
  return found.length === 0 ? {} : { collision: collisionMessage(found) };
}

function notCaptured(session: ClientSession, config: BackendConfig) {
  if (config.type === 'stdio') return [];
  const present = new Set(session.captured.map(({ name }) => foldName(name)));
  const except = new Set(config.passthrough.except.map((name) => foldName(name)));
  return session.allowlist.filter((name) => !present.has(foldName(name)) && !except.has(foldName(name)));
}

/** A fault in handling one message is that message's own; the process and the session live on (CRA-02). */
function guarded(notes: BackendNotes, now: () => number, handle: () => void): void {
  try {
    handle();
  } catch (error) {
    notes.dropped++;
    const name = error instanceof Error ? error.name : 'error';
    noteError(notes, now(), {
      code: 'gateway.internal',
      message: `A message could not be handled (${name}).`,
    });
  }
}

function noteError(notes: BackendNotes, at: number, failure: { code: string; message: string }): void {
  notes.errors = [...notes.errors, { at, code: failure.code, message: failure.message }].slice(-MAX_ERRORS);
}

function stateChanged(
  options: SessionBackendsOptions,
  backend: BackendName,
  state: BackendSessionState,
): void {
  const { session, listsChanged } = options;
  const owner = session.backends.get(backend);
  // Also where it is opened again at once: the next conversation counts its requests from the beginning (hazard 1).
  if (owner !== undefined && state.state !== 'ready') withdrawRequests(session, owner.session);
  if (owner !== undefined && state.state !== 'opening') {
    session.lists.invalidate(backend);
    if (state.state === 'ready') {
      const offered = LIST_KINDS.filter((kind) => LISTS[kind].capability in state.hello.capabilities);
      listsChanged(offered.filter((kind) => session.lists.served.has(kind)));
      void replay(session, backend);
    } else listsChanged([...session.lists.served]);
  }
  options.stateChanged(backend, state);
}

/** What a lost conversation asked is nobody's question any more: answers go nowhere, and the client is told. */
function withdrawRequests({ serverRequests, listening }: ClientSession, backend: BackendSession): void {
  for (const idText of serverRequests.forget(backend)) {
    const params = `{"requestId":${idText},"reason":"The server that asked was lost."}`;
    listening.send(Buffer.from(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`));
  }
}

/** A backend that was opened (again) learns what its predecessor knew: log level and subscriptions (hazard 19). */
async function replay(session: ClientSession, backend: BackendName): Promise<void> {
  const owner = session.backends.get(backend);
  const state = owner?.session.state();
  if (owner === undefined || state?.state !== 'ready') return;
  session.lists.prefetch(backend, session.principal);
  if (session.logLevel !== undefined && 'logging' in state.hello.capabilities) {
    const params = JSON.stringify({ level: session.logLevel });
    await owner.session.ask('logging/setLevel', params, session.principal, REPLAY_TIMEOUT_MS);
  }
  for (const uri of session.subscriptions.of(backend)) {
    await owner.session.ask(
      'resources/subscribe',
      JSON.stringify({ uri }),
      session.principal,
      REPLAY_TIMEOUT_MS,
    );
  }
  await listenToTasksAgain(session, backend);
}
