import type { BackendName } from '../../../shared/config/backend-name.ts';
import type { CapturedHeader, DriftKind } from '../../../shared/headers/capture.ts';
import type { FoldedName, HeaderName } from '../../../shared/headers/name.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import type { MODERN_VERSION } from '../../../shared/mcp/modern.ts';
import type { LegacyVersion } from '../../../shared/mcp/protocol.ts';
import type { BackendSession } from '../../backends/backend-session.ts';
import type { ClientHello } from '../../backends/handshake.ts';
import type { Era } from '../../backends/modern/era-memory.ts';
import type { OutgoingHeader } from '../../backends/outgoing/chain.ts';
import type { HeldTopics } from '../modern/held-topics.ts';
import type { Listens } from '../modern/listens.ts';
import type { TaskOwners } from '../routing/task-owners.ts';
import type { Exchange } from '../streams/exchange.ts';
import type { ListeningStreams } from '../streams/listening.ts';
import type { Resumption } from '../streams/resumption.ts';
import type { ServerRequests } from '../streams/server-requests.ts';
import type { ListChanges } from './list-changes.ts';
import type { SessionLists } from './session-lists.ts';
import type { Subscriptions } from './subscriptions.ts';

/** What is remembered of one backend of one session, for the sessions view. Names and counts, never values. */
export interface BackendNotes {
  outgoing: readonly OutgoingHeader[];
  dropped: number;
  /** The latest line of a process that was no message; the backend's own words (STD-04). */
  droppedLine: string | undefined;
  pid: number | undefined;
  readonly openedAt: number;
  /** When it last got a call. */
  calledAt: number;
  stateSince: number;
  /** When it was last opened again after a loss. */
  restartedAt: number | undefined;
  /** Claims that could not be sent as identity headers, one sentence each. */
  readonly warnings: Set<string>;
  /** When its latest sampling and elicitation requests came, for the rate limit (HTP-16). */
  asked: number[];
  errors: { at: number; code: string; message: string }[];
}

export interface SessionBackend {
  readonly session: BackendSession;
  readonly notes: BackendNotes;
}

/** One client session: bound to its principal, with the headers that were captured when it was opened. */
export interface ClientSession {
  /** The `Mcp-Session-Id`; known to the client alone. */
  readonly id: string;
  /** How the window names the session; useless to a caller. */
  readonly handle: string;
  /** `modern`: the anchor of requests without sessions, for one caller and one set of captured values (contract 1.7). */
  readonly era: Era;
  /** The listening requests of modern clients; they stand for the listening streams. */
  readonly listens: Listens | undefined;
  readonly principal: Principal;
  readonly binding: string;
  /** Whether a token came with `initialize`: an anonymous session refuses later ones (SES-10). */
  readonly presentedToken: boolean;
  readonly hello: ClientHello;
  readonly client: { readonly name: string; readonly version: string };
  readonly clientCapabilities: Readonly<Record<string, unknown>>;
  readonly protocolVersion: LegacyVersion | typeof MODERN_VERSION;
  /** The allowlist in force when the session opened; it holds for the session (PAS-18). */
  readonly allowlist: readonly HeaderName[];
  readonly captured: readonly CapturedHeader[];
  readonly droppedByConnection: readonly FoldedName[];
  readonly openedAt: number;
  /** The marker of requests to backends: ours, and of the gateways between the client and us (CFG-13). */
  readonly hop: string;
  readonly backends: Map<BackendName, SessionBackend>;
  readonly inFlight: Map<string, Exchange>;
  /** Requests that cannot be routed before a list is read; given up meanwhile, they reach no backend (hazard 5). */
  readonly preparing: Map<string, { givenUp: boolean }>;
  readonly serverRequests: ServerRequests;
  readonly listening: ListeningStreams;
  readonly tasks: TaskOwners;
  /** Lets the client come back to calls whose connection it lost. */
  readonly resumption: Resumption;
  readonly lists: SessionLists;
  /** Tells the client that lists changed, gathered and limited (HTP-18). */
  readonly listsChanged: ListChanges['changed'];
  /** Whether, by now, questions of backends bear their backend's name (hazard 32). */
  readonly saysWhoAsks: () => boolean;
  readonly subscriptions: Subscriptions;
  /** What its listening requests hold; modern era only. */
  readonly heldTopics: HeldTopics;
  /** Headers that a later request sent differently, since when, and how by now; never the value. */
  readonly drift: Map<string, { readonly since: number; readonly kind: DriftKind }>;
  readonly seenNotAllowed: Set<string>;
  logLevel: string | undefined;
  lastActivityAt: number;
  calls: number;
  /** How often our own handling of its requests failed (CRA-02). */
  faults: number;
  closed: boolean;
}

/** Marks the session as used. */
export function touch(session: ClientSession, now: number): void {
  session.lastActivityAt = now;
}
