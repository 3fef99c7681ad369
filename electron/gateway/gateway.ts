import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BackendName } from '../../shared/config/backend-name.ts';
import type { Config } from '../../shared/config/config.ts';
import type { IncomingAuth } from '../auth/incoming/incoming-auth.ts';
import type { BackendPorts } from '../backends/open-transport.ts';
import type { BackendSessionState } from '../backends/session-state.ts';
import { type Catalog, createCatalog } from './catalog/catalog.ts';
import type { RecordCall } from './routing/route.ts';
import type { ClientSession } from './sessions/client-session.ts';
import { endSession } from './sessions/end-session.ts';
import type { SeenHeaders } from './sessions/seen-headers.ts';
import type { GatewayIdentity } from './sessions/server-hello.ts';
import { createSessionStore, type SessionStore } from './sessions/session-store.ts';

/** What the gateway tells the app around it. Names, counts and states; never a value. */
export interface GatewayEvents {
  /** A call has begun; the function given back hears of its end. */
  called: RecordCall;
  sessionOpened(session: ClientSession): void;
  sessionChanged(session: ClientSession): void;
  sessionEnded(session: ClientSession, why: string): void;
  backendChanged(session: ClientSession, backend: BackendName, state: BackendSessionState): void;
  /** Something was left out of the requests to a backend; said once per session. */
  warned(session: ClientSession, backend: BackendName, warning: string): void;
  /** A list of tools was read in which the definitions of these have changed, by their original names (HTP-13). */
  toolsChanged(backend: BackendName, tools: readonly string[], isHeld: boolean): void;
  /** A request was turned away before it reached a session: code, status, and what only our log says of it (AIN-03). */
  refused(code: string, status: number, reason?: string): void;
  /** Connections are closed untaken, for want of file descriptors say (RES-03); told once a minute while it lasts. */
  overloaded(why: string): void;
}

export interface GatewayOptions {
  readonly config: () => Config;
  readonly auth: () => IncomingAuth;
  readonly ports: BackendPorts;
  readonly identity: GatewayIdentity;
  readonly events: GatewayEvents;
  readonly seen: SeenHeaders;
  /**
   * Serves the paths beside the endpoint that are switched on, such as OAuth metadata; answers false for all others.
   * Called after the Host and Origin checks and before any credential is looked at.
   */
  readonly sideRoutes: (path: string, request: IncomingMessage, response: ServerResponse) => boolean;
}

/** The shared state behind the endpoint: sessions and the merged catalog. */
export interface Gateway {
  readonly options: GatewayOptions;
  readonly sessions: SessionStore;
  readonly catalog: Catalog;
  /** Backends that did not open last time: nobody waits for them; when they come, lists change. */
  readonly unresponsive: Set<BackendName>;
  /** Random per run: what the anchors of requests without sessions are named with. */
  readonly anchorKey: Buffer;
  /** Ends one session, telling why in the activity list. */
  end(session: ClientSession, why: string): Promise<void>;
  /** True once the gateway drains: no new sessions. */
  draining: boolean;
}

/** Makes the gateway's state; `edge/listener.ts` puts it on a port. */
export function createGateway(options: GatewayOptions): Gateway {
  const sessions = createSessionStore();
  const gateway: Gateway = {
    options,
    sessions,
    catalog: createCatalog(options.config, options.ports.now, options.events.toolsChanged),
    unresponsive: new Set(),
    anchorKey: randomBytes(32),
    draining: false,
    async end(session, why) {
      if (session.closed) return;
      options.events.sessionEnded(session, why);
      await endSession(sessions, session, why);
    },
  };
  return gateway;
}
