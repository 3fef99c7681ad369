import type { BackendConfig } from '../../shared/config/backend-schema.ts';
import type { CapturedHeader } from '../../shared/headers/capture.ts';
import type { HeaderName } from '../../shared/headers/name.ts';
import type { OsUser } from '../../shared/identity/identity-headers.ts';
import { bindingKey, type Principal } from '../../shared/identity/principal.ts';
import type { OutgoingAuth } from '../auth/outgoing/outgoing-auth.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { failure } from './failure.ts';
import type { ConnectionPools } from './http/connection-pools.ts';
import { createHttpTransport, type HttpTransportOptions } from './http/http-transport.ts';
import type { Era, EraMemory } from './modern/era-memory.ts';
import type { OutgoingHeaders } from './outgoing/chain.ts';
import { createHeaderBuilder } from './outgoing/request-headers.ts';
import { resolveStatics } from './outgoing/static-headers.ts';
import { openSseTransport } from './sse/sse-transport.ts';
import { openStdioTransport, type StdioPorts } from './stdio/stdio-transport.ts';
import type { OpenedTransport, TransportEvents } from './transport.ts';

/** What every backend session needs of the app around it. */
export interface BackendPorts extends StdioPorts {
  readonly pools: ConnectionPools;
  readonly secrets: SecretStore;
  readonly osUser: OsUser | undefined;
  readonly userAgent: string;
  /** Random per run; see CFG-13. */
  readonly hop: string;
  /** The outgoing auth of one backend, shared by its sessions. */
  readonly outgoingAuth: (backend: string) => OutgoingAuth;
  readonly now: () => number;
  readonly eras: EraMemory;
}

/** One backend as one client session sees it: fixed from the moment the session opens. */
export interface SessionScope {
  readonly backend: string;
  readonly config: BackendConfig;
  readonly captured: readonly CapturedHeader[];
  /** Listed headers that this backend would get, had the client sent them. */
  readonly notCaptured: readonly HeaderName[];
  /** The session's owner: used where a request has no caller of its own (B59). */
  readonly owner: Principal;
  /** Why this backend is impossible for this session: its collisions, where an edit brought them after the opening. */
  readonly collision?: string;
  /** The era that the client speaks: the one tried first; legacy where nothing is said. */
  readonly era?: Era;
}

/** Told of what a transport does, for the views: names and counts only. */
export interface TransportObserver {
  readonly sent: (headers: OutgoingHeaders) => void;
  /** Something that the backend said was no message of this conversation; `line`: as a person may read it. */
  readonly dropped: (line?: string) => void;
  readonly refused: (status: number, challenge: string | undefined) => void;
  readonly started: (pid: number) => void;
}

/** What a transport is opened with. */
export interface TransportOpening {
  readonly scope: SessionScope;
  readonly ports: BackendPorts;
  /** Ends an opening that takes too long or that nobody wants any more. */
  readonly signal: AbortSignal;
  readonly events: TransportEvents;
  readonly observer: TransportObserver;
  /** See `HttpTransportOptions`; only over HTTP. */
  readonly requestStage?: HttpTransportOptions['requestStage'];
}

/** Opens the wire that the backend's type asks for. Secrets are read here, after every collision check. */
export async function openTransport(opening: TransportOpening): Promise<OpenedTransport> {
  const { scope, ports, events, observer, requestStage } = opening;
  const { backend, config, owner, collision } = scope;
  if (collision !== undefined)
    return { ok: false, failure: failure('header.collision', collision, { notProcessed: true }) };
  if (config.type === 'stdio') return await openStdioTransport(scope, config, ports, events, observer);
  const statics = await resolveStatics(backend, config, ports.secrets);
  if (!statics.ok) return statics;
  const except = new Set(config.passthrough.except.map((name) => name.toLowerCase()));
  const buildHeaders = createHeaderBuilder({
    captured: scope.captured
      .filter(({ name }) => !except.has(name.toLowerCase()))
      .map(({ name, value }) => [name, value] as const),
    statics: statics.plain,
    secrets: statics.secret,
    auth: ports.outgoingAuth(backend),
    identity: config.identityHeaders,
    osUser: ports.osUser,
  });
  const url = new URL(config.url);
  const share = ports.pools.share(url.origin, connectionIdentity(scope));
  const release = async (): Promise<void> => await share[Symbol.asyncDispose]();
  const common = {
    backend,
    url,
    pool: share.pool,
    buildHeaders,
    userAgent: ports.userAgent,
    hop: ports.hop,
    events,
  };
  if (config.type === 'http') {
    return {
      ok: true,
      transport: createHttpTransport({
        ...common,
        ...observer,
        now: ports.now,
        ...(requestStage === undefined ? {} : { requestStage }),
      }),
      release,
    };
  }
  const opened = await openSseTransport({ ...common, ...observer, caller: owner, signal: opening.signal });
  if (opened.ok) return { ok: true, transport: opened.transport, release };
  await release();
  return opened;
}

/** Two callers, or two captured values, never share a connection (B27, PAS-04). Kept in memory only. */
function connectionIdentity({ backend, owner, captured }: SessionScope): string {
  return JSON.stringify([backend, bindingKey(owner), captured.map(({ name, value }) => [name, value])]);
}
