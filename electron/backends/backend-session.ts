import type { Principal } from '../../shared/identity/principal.ts';
import { type Asked, ask } from './ask.ts';
import type { ClientHello, ServerHello } from './handshake.ts';
import { keepOpen } from './keep-open.ts';
import { type Era, refusesEra } from './modern/era-memory.ts';
import type { BackendPorts, SessionScope, TransportObserver } from './open-transport.ts';
import { type BackendSessionState, notReady } from './session-state.ts';
import type {
  AnswerReceiver,
  BackendFailure,
  InboundMessage,
  RelayRequest,
  RequestHandle,
} from './transport.ts';

export interface BackendSessionEvents {
  /** A server request or notification outside of any call. */
  message(message: InboundMessage): void;
  changed(state: BackendSessionState): void;
}

/** The gateway's conversation with one backend for one client session; reopens itself after a loss. */
export interface BackendSession {
  readonly scope: SessionScope;
  state(): BackendSessionState;
  /** How often it was opened again. */
  reopened(): number;
  /** Resolves when it is ready, or with the failure of the attempt under way; starts one when it is down. */
  ready(): Promise<ServerHello | BackendFailure>;
  /** Forwards one request. Fails at once when the session is not ready: callers await `ready` first. */
  forward(request: RelayRequest, receiver: AnswerReceiver): RequestHandle;
  /** Asks for the answer of a call that is over, behind this event of it. Fails where the wire keeps no events. */
  repeat(idText: string, caller: Principal, lastEventId: string, receiver: AnswerReceiver): RequestHandle;
  ask(
    method: string,
    paramsText: string | undefined,
    caller: Principal,
    timeoutMs: number,
    enveloped?: boolean,
  ): Promise<Asked>;
  post(bytes: Buffer, caller: Principal): Promise<BackendFailure | undefined>;
  /** The backend forgot its session: opens a new one with the same captured headers and identity (HTP-09). */
  reopen(): void;
  /** The network may have changed: tries again what is down, and looks after what may be dead. */
  wake(): Promise<void>;
  close(): Promise<void>;
}

/** A call waits this long for the restart of its process, in ms; it does not cut the back-off short (STD-03). */
const LONGEST_RESTART_WAIT_MS = 2_500;

/** How seldom a backend is suspected to speak the other era by now, in ms: some refuse for reasons of their own. */
const SUSPICION_MS = 30_000;

/** How long a backend of the modern era may take to refuse an `initialize`, in ms. */
const SUSPICION_TIMEOUT_MS = 10_000;

/** How long a stream may take to show that it lives, in ms. */
const PING_TIMEOUT_MS = 10_000;

const NOTHING_TO_ABANDON: RequestHandle = { abandon: () => undefined };

/** Opens a backend session in the background and keeps it open until `close`. */
export function openBackendSession(
  scope: SessionScope,
  client: ClientHello,
  ports: BackendPorts,
  events: BackendSessionEvents,
  observer: TransportObserver,
): BackendSession {
  const { backend, config, owner } = scope;
  let suspectedAt = Number.NEGATIVE_INFINITY;
  const kept = keepOpen(
    { scope, client, ports, observer },
    {
      message: events.message,
      changed: events.changed,
      otherEra: (era) => void suspectOtherEra(era),
    },
  );

  /**
   * A verdict of the past never corrects itself (protocol.md 1.4). A server with sessions that names the new revision
   * is one no more; a modern one is asked first, since its calls under way would be lost for nothing.
   */
  async function suspectOtherEra(era: Era): Promise<void> {
    const isFixed = config.type === 'sse' || config.era !== 'auto';
    if (isFixed || ports.now() - suspectedAt < SUSPICION_MS) return;
    suspectedAt = ports.now();
    if (era === 'modern') {
      const asked = await session.ask('initialize', '{}', owner, SUSPICION_TIMEOUT_MS);
      if (asked.ok || !refusesEra(asked.failure)) return;
    }
    if (kept.state().state === 'ready') kept.reopen();
  }

  const session: BackendSession = {
    scope,
    state: kept.state,
    reopened: kept.reopened,
    reopen: kept.reopen,
    close: kept.close,
    async ready() {
      const state = kept.state();
      if (state.state === 'ready') return state.hello;
      if (state.state === 'off') return state.failure;
      if (state.state === 'down' && config.type === 'stdio') {
        const wait = state.retryAt - ports.now();
        if (wait > LONGEST_RESTART_WAIT_MS) return state.failure;
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)));
      }
      return await kept.open();
    },
    forward(request, receiver) {
      const wire = kept.conversation()?.wire;
      if (wire !== undefined && kept.state().state === 'ready')
        return wire.transport.request(request, receiver);
      receiver.failed(notReady(backend, kept.state()));
      return NOTHING_TO_ABANDON;
    },
    repeat(idText, caller, lastEventId, receiver) {
      const transport = kept.conversation()?.wire?.transport;
      const handle = transport?.repeat?.(idText, caller, lastEventId, receiver);
      if (handle === undefined) receiver.failed(notReady(backend, kept.state()));
      return handle ?? NOTHING_TO_ABANDON;
    },
    async ask(method, paramsText, caller, timeoutMs, enveloped) {
      const wire = kept.conversation()?.wire;
      if (wire === undefined || kept.state().state !== 'ready')
        return { ok: false, failure: notReady(backend, kept.state()) };
      return await ask(wire, method, paramsText, caller, timeoutMs, enveloped);
    },
    async post(bytes, caller) {
      const wire = kept.conversation()?.wire;
      return wire === undefined ? notReady(backend, kept.state()) : await wire.transport.post(bytes, caller);
    },
    async wake() {
      const state = kept.state().state;
      if (state === 'down') await kept.open();
      if (state !== 'ready') return;
      kept.conversation()?.wire?.transport.wake?.();
      // Its one stream carries everything, so it is not given up without a look.
      if (config.type !== 'sse') return;
      const asked = await session.ask('ping', undefined, owner, PING_TIMEOUT_MS);
      if (!asked.ok && asked.failure.code === 'backend.timeout') await kept.lost(asked.failure);
    },
  };
  void kept.open();
  return session;
}
