import type { Principal } from '../../shared/identity/principal.ts';
import { type Asked, ask } from './ask.ts';
import { failure } from './failure.ts';
import { type ClientHello, type ServerHello, shakeHands } from './handshake.ts';
import { type Era, isEvidence, maySpeakOther, refusesEra } from './modern/era-memory.ts';
import { KNOWN_VERSIONS, openEra } from './modern/open-era.ts';
import type { BackendPorts, SessionScope, TransportNotes } from './open-transport.ts';
import { nextAttempt, type RetryHistory } from './retry.ts';
import type {
  AnswerReceiver,
  BackendFailure,
  InboundMessage,
  RelayRequest,
  RequestHandle,
  Transport,
} from './transport.ts';

/** Where a backend session stands. `off` waits for a person, `down` for time. */
export type BackendSessionState =
  | { readonly state: 'opening' }
  | { readonly state: 'ready'; readonly hello: ServerHello }
  | {
      readonly state: 'down';
      readonly failure: BackendFailure;
      readonly retryAt: number;
      /** Failures in a row, this one included. */
      readonly attempt: number;
    }
  | { readonly state: 'off'; readonly failure: BackendFailure }
  | { readonly state: 'closed' };

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

/** Longest wait for a backend to answer initialize, in ms. A first `npx -y` run downloads before it answers. */
const OPEN_TIMEOUT_MS = { http: 30_000, sse: 30_000, stdio: 120_000 } as const;

/**
 * How long a process may take to show that it serves the era without sessions. Its child is thrown away if it does not:
 * the other era gets one of its own.
 */
const PROBE_TIMEOUT_MS = 10_000;

/** A call waits this long for the restart of its process; it does not cut the back-off short (STD-03). */
const LONGEST_RESTART_WAIT_MS = 2_500;

/** How seldom a backend is suspected to speak the other era by now, in ms: some refuse for reasons of their own. */
const SUSPICION_MS = 30_000;

/** How long a stream may take to show that it lives, in ms. */
const PING_TIMEOUT_MS = 10_000;

/** Failures that only a person can mend; everything else is tried again with back-off. */
const NEEDS_A_PERSON = new Set([
  'backend.needs-sign-in',
  'backend.needs-caller-header',
  'backend.needs-approval',
  'backend.cannot-start',
  'header.collision',
  'secret.missing',
  'secret.locked',
  'secret.absent',
]);

/** Opens a backend session in the background and keeps it open until `close`. */
export function openBackendSession(
  scope: SessionScope,
  client: ClientHello,
  ports: BackendPorts,
  events: BackendSessionEvents,
  notes: TransportNotes,
): BackendSession {
  const { backend, config, owner } = scope;
  let state: BackendSessionState = { state: 'opening' };
  let current: { transport: Transport; release: () => Promise<void> } | undefined;
  let attempt: Promise<ServerHello | BackendFailure> | undefined;
  let history: RetryHistory = { failures: [] };
  let timer: NodeJS.Timeout | undefined;
  let openings = 0;
  let generation = 0;
  let suspectedAt = Number.NEGATIVE_INFINITY;
  let opening: AbortController | undefined;

  const isClosed = (): boolean => state.state === 'closed';

  function move(next: BackendSessionState): void {
    if (isClosed()) return;
    state = next;
    events.changed(next);
  }

  /** Ends the conversation under way, if any; later words of its transport are not ours any more. */
  async function drop(): Promise<void> {
    generation++;
    opening?.abort();
    const ending = current;
    current = undefined;
    await ending?.transport.close(owner);
    await ending?.release();
  }

  function failed(cause: BackendFailure): BackendFailure {
    const fault = asCallersMatter(scope, cause);
    if (isClosed()) return fault;
    const next = nextAttempt(history, config.type, ports.now());
    history = next.history;
    if (NEEDS_A_PERSON.has(fault.code) || next.kind === 'give-up') move({ state: 'off', failure: fault });
    else {
      move({
        state: 'down',
        failure: fault,
        retryAt: ports.now() + next.delayMs,
        attempt: history.failures.length,
      });
      clearTimeout(timer);
      timer = setTimeout(() => void open(), next.delayMs);
      timer.unref();
    }
    return fault;
  }

  /** Tries the eras in their order; a second one only where the first was refused, not where nobody answered. */
  async function tryOpen(): Promise<ServerHello | BackendFailure> {
    const [first, second] = ports.eras.order(config, scope.era ?? 'legacy');
    const opened = await tryEra(first);
    if (!('code' in opened) || isClosed()) return opened;
    if (second === undefined || !maySpeakOther(config, first, opened)) return failed(opened);
    const reopened = await tryEra(second);
    if (!('code' in reopened)) return reopened;
    // What an ordinary server says of initialize tells a person more than its answer to a probe.
    return failed(first === 'legacy' ? opened : reopened);
  }

  async function tryEra(era: Era): Promise<ServerHello | BackendFailure> {
    if (isClosed()) return closedFailure(backend);
    const mine = ++generation;
    const isProbe = era === 'modern' && config.type === 'stdio' && config.era === 'auto';
    const timeoutMs = isProbe ? PROBE_TIMEOUT_MS : OPEN_TIMEOUT_MS[config.type];
    opening = new AbortController();
    const signal = AbortSignal.any([opening.signal, AbortSignal.timeout(timeoutMs)]);
    const opened = await openEra(
      era,
      scope,
      client,
      ports,
      signal,
      {
        unsolicited: (message) => {
          if (mine === generation) events.message(message);
        },
        closed: (fault) => {
          if (mine === generation && state.state === 'ready') void lost(fault);
        },
        otherEra: () => {
          if (mine === generation && state.state === 'ready') void suspectOtherEra(era);
        },
      },
      notes,
    );
    if (!opened.ok) return opened.failure;
    if (isClosed() || mine !== generation) {
      await opened.transport.close(owner);
      await opened.release();
      return closedFailure(backend);
    }
    current = opened;
    const target = { backend, transport: opened.transport, related: events.message };
    const shaken = await shakeHands(target, client, owner, timeoutMs, KNOWN_VERSIONS[era]);
    if (isClosed() || mine !== generation) return closedFailure(backend);
    if (shaken.ok || isEvidence(config, era, shaken.failure)) ports.eras.note(config, era, shaken.ok);
    if (!shaken.ok) {
      await drop();
      return shaken.failure;
    }
    openings++;
    move({ state: 'ready', hello: shaken.hello });
    return shaken.hello;
  }

  function open(): Promise<ServerHello | BackendFailure> {
    clearTimeout(timer);
    if (isClosed()) return Promise.resolve(closedFailure(backend));
    if (state.state !== 'opening') move({ state: 'opening' });
    return attempt ?? begin(tryOpen());
  }

  /** One attempt at a time: whoever waits, waits for this one. */
  function begin(trying: Promise<ServerHello | BackendFailure>): Promise<ServerHello | BackendFailure> {
    attempt = trying
      .catch(() => failed(failure('gateway.internal', `${backend} could not be opened`)))
      .finally(() => {
        attempt = undefined;
      });
    return attempt;
  }

  async function lost(fault: BackendFailure): Promise<void> {
    if (isClosed()) return;
    failed(fault);
    await drop();
  }

  /**
   * A verdict of the past never corrects itself (protocol.md 1.4). A server with sessions that names the new revision
   * is one no more; a modern one is asked first, since its calls under way would be lost for nothing.
   */
  async function suspectOtherEra(era: Era): Promise<void> {
    const isFixed = config.type === 'sse' || config.era !== 'auto';
    if (isFixed || ports.now() - suspectedAt < SUSPICION_MS) return;
    suspectedAt = ports.now();
    if (era === 'modern') {
      const asked = await session.ask('initialize', '{}', owner, PROBE_TIMEOUT_MS);
      if (asked.ok || !refusesEra(asked.failure)) return;
    }
    if (state.state === 'ready') session.reopen();
  }

  const session: BackendSession = {
    scope,
    state: () => state,
    reopened: () => Math.max(0, openings - 1),
    async ready() {
      if (state.state === 'ready') return state.hello;
      if (state.state === 'off') return state.failure;
      if (state.state === 'down' && config.type === 'stdio') {
        const wait = state.retryAt - ports.now();
        if (wait > LONGEST_RESTART_WAIT_MS) return state.failure;
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)));
      }
      return await open();
    },
    forward(request, receiver) {
      if (current !== undefined && state.state === 'ready')
        return current.transport.request(request, receiver);
      receiver.failed(notReady(backend, state));
      return { abandon: () => undefined };
    },
    repeat(idText, caller, lastEventId, receiver) {
      const handle = current?.transport.repeat?.(idText, caller, lastEventId, receiver);
      if (handle === undefined) receiver.failed(notReady(backend, state));
      return handle ?? { abandon: () => undefined };
    },
    async ask(method, paramsText, caller, timeoutMs, enveloped) {
      if (current === undefined || state.state !== 'ready')
        return { ok: false, failure: notReady(backend, state) };
      const target = { backend, transport: current.transport, related: events.message };
      return await ask(target, method, paramsText, caller, timeoutMs, enveloped);
    },
    async post(bytes, caller) {
      return current === undefined ? notReady(backend, state) : await current.transport.post(bytes, caller);
    },
    reopen() {
      if (isClosed() || attempt !== undefined) return;
      clearTimeout(timer);
      move({ state: 'opening' });
      // The attempt stands before anything is dropped: calls that fail by the drop wait for it.
      void begin(
        Promise.resolve().then(() => {
          const ending = drop();
          // A process has to be gone before its successor takes its place; a server's farewell is waited for by nobody.
          if (config.type === 'stdio') return ending.then(tryOpen);
          ending.catch(() => undefined);
          return tryOpen();
        }),
      );
    },
    async wake() {
      if (state.state === 'down') await open();
      else if (state.state === 'ready') {
        current?.transport.wake?.();
        // Its one stream carries everything, so it is not given up without a look.
        if (config.type !== 'sse') return;
        const asked = await session.ask('ping', undefined, owner, PING_TIMEOUT_MS);
        if (!asked.ok && asked.failure.code === 'backend.timeout') await lost(asked.failure);
      }
    },
    async close() {
      if (isClosed()) return;
      clearTimeout(timer);
      state = { state: 'closed' };
      await drop();
    },
  };
  void open();
  return session;
}

/**
 * A backend without credentials of its own that refuses a session which brought no listed header is not unhealthy: it
 * waits for a caller who brings it (contract section 5, B32).
 */
export function asCallersMatter(
  { backend, config, notCaptured }: SessionScope,
  fault: BackendFailure,
): BackendFailure {
  const waits = config.type !== 'stdio' && config.auth.strategy === 'none' && notCaptured.length > 0;
  if (fault.code !== 'backend.needs-sign-in' || !waits) return fault;
  return {
    ...fault,
    code: 'backend.needs-caller-header',
    message: `${backend} refused a session without ${notCaptured.join(', ')}: the client has to send it`,
  };
}

function notReady(backend: string, state: BackendSessionState): BackendFailure {
  if (state.state === 'down' || state.state === 'off') return { ...state.failure, notProcessed: true };
  return failure('backend.off', `${backend} is not ready`, { notProcessed: true });
}

function closedFailure(backend: string): BackendFailure {
  return failure('backend.off', `${backend}: its session was closed`, { notProcessed: true });
}
