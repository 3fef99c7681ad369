import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import { foldName, type HeaderName } from '../../../shared/headers/name.ts';
import { type BackendSession, openBackendSession } from '../../backends/backend-session.ts';
import type { ServerHello } from '../../backends/handshake.ts';
import type { OutgoingHeader } from '../../backends/outgoing/chain.ts';
import type { BackendFailure } from '../../backends/transport.ts';
import type { ControlContext } from './context.ts';
import { WINDOW_CALLER, windowHello } from './window-caller.ts';

/** One conversation with a backend, beside all client sessions; it has captured nothing. */
export interface Conversation extends AsyncDisposable {
  readonly hello: ServerHello;
  ask(method: string, params: unknown, timeoutMs: number): ReturnType<BackendSession['ask']>;
}

export type Opened =
  | { readonly ok: true; readonly conversation: Conversation }
  | { readonly ok: false; readonly failure: BackendFailure };

export interface ConversationObserver {
  /** The names of every request's headers with their sources. */
  readonly sent?: (headers: readonly OutgoingHeader[]) => void;
  /** One line of a process's standard error, rate-limited; may hold anything the backend says. */
  readonly output?: (line: string) => void;
}

/**
 * Connects and initialises the way every session does, but tries once and is nobody's but the window's.
 */
export async function openConversation(
  { patchbay }: ControlContext,
  backend: string,
  config: BackendConfig,
  observer: ConversationObserver = {},
): Promise<Opened> {
  const session = openBackendSession(
    {
      backend,
      config,
      captured: [],
      notCaptured: notCaptured(config, patchbay.config().passthroughHeaders),
      owner: WINDOW_CALLER,
    },
    windowHello(patchbay.version),
    {
      ...patchbay.ports,
      backendOutput(from, line) {
        patchbay.ports.backendOutput(from, line);
        observer.output?.(line);
      },
    },
    { message: () => undefined, changed: () => undefined },
    {
      sent: ({ provenance }) => observer.sent?.(provenance),
      dropped: () => undefined,
      refused: () => undefined,
      started: () => undefined,
    },
  );
  const ready = await session.ready();
  if ('code' in ready) {
    await session.close();
    return { ok: false, failure: ready };
  }
  return {
    ok: true,
    conversation: {
      hello: ready,
      ask: (method, params, timeoutMs) =>
        session.ask(method, JSON.stringify(params), WINDOW_CALLER, timeoutMs),
      [Symbol.asyncDispose]: () => session.close(),
    },
  };
}

function notCaptured(config: BackendConfig, listed: readonly HeaderName[]): readonly HeaderName[] {
  if (config.type === 'stdio') return [];
  const except = new Set(config.passthrough.except.map((name) => foldName(name)));
  return listed.filter((name) => !except.has(foldName(name)));
}
