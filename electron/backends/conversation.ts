import type { AskTarget } from './ask.ts';
import { type ClientHello, type ServerHello, shakeHands } from './handshake.ts';
import { type Era, isEvidence } from './modern/era-memory.ts';
import { KNOWN_VERSIONS, openEra } from './modern/open-era.ts';
import type { BackendPorts, SessionScope, TransportObserver } from './open-transport.ts';
import { sessionClosed } from './session-state.ts';
import type { BackendFailure, InboundMessage, OpenedTransport, TransportEvents } from './transport.ts';

/** What every conversation of one backend session is opened with. */
export interface ConversationContext {
  readonly scope: SessionScope;
  readonly client: ClientHello;
  readonly ports: BackendPorts;
  readonly observer: TransportObserver;
}

/** What a conversation tells its session; nothing after its end. */
export interface ConversationEvents {
  /** A server request or notification, outside of any call or on the way to an answer of our own request. */
  message(message: InboundMessage): void;
  /** The handshake is done. Told before `open` resolves, so that a loss right after it is one of an open session. */
  ready(hello: ServerHello): void;
  /** The wire is gone and nobody here closed it: process exit, lost stream. */
  lost(fault: BackendFailure): void;
  /** The backend answered as a server of the other era does. */
  otherEra(): void;
}

/** One attempt to speak with a backend in one era, and what comes of it: opened once, over for good when it ends. */
export interface Conversation {
  /** The open wire, from before the handshake until the end. */
  readonly wire: AskTarget | undefined;
  /** Opens the wire and shakes hands. A failure of either leaves nothing open. */
  open(): Promise<ServerHello | BackendFailure>;
  /** Ends it, however far it has come; resolves when its wire is closed. */
  end(): Promise<void>;
}

/** Longest wait for a backend to answer initialize, in ms. A first `npx -y` run downloads before it answers. */
const OPEN_TIMEOUT_MS = { http: 30_000, sse: 30_000, stdio: 120_000 } as const;

/**
 * How long a process may take to show that it serves the era without sessions, in ms. Its child is thrown away if it does
 * not: the other era gets one of its own.
 */
const PROBE_TIMEOUT_MS = 10_000;

/** Makes a conversation that is not begun: `open` begins it. `events` hears nothing before that, nor after the end. */
export function createConversation(
  era: Era,
  { scope, client, ports, observer }: ConversationContext,
  events: ConversationEvents,
): Conversation {
  const { backend, config, owner } = scope;
  const ended = new AbortController();
  let opened: Extract<OpenedTransport, { ok: true }> | undefined;
  let wire: AskTarget | undefined;

  const wireEvents: TransportEvents = {
    unsolicited: (message) => {
      if (!ended.signal.aborted) events.message(message);
    },
    closed: (fault) => {
      if (!ended.signal.aborted) events.lost(fault);
    },
    otherEra: () => {
      if (!ended.signal.aborted) events.otherEra();
    },
  };

  async function end(): Promise<void> {
    ended.abort();
    const ending = opened;
    opened = undefined;
    wire = undefined;
    await ending?.transport.close(owner);
    await ending?.release();
  }

  async function giveUp(fault: BackendFailure): Promise<BackendFailure> {
    await end();
    return fault;
  }

  async function open(): Promise<ServerHello | BackendFailure> {
    const timeoutMs = openTimeoutMs(scope, era);
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(timeoutMs)]);
    const opening = await openEra(era, client, { scope, ports, signal, events: wireEvents, observer });
    if (!opening.ok) return await giveUp(opening.failure);
    opened = opening;
    if (ended.signal.aborted) return await giveUp(sessionClosed(backend));
    wire = { backend, transport: opening.transport, related: events.message };
    const shaken = await shakeHands(wire, client, owner, timeoutMs, KNOWN_VERSIONS[era]);
    if (ended.signal.aborted) return sessionClosed(backend);
    if (shaken.ok || isEvidence(config, era, shaken.failure)) ports.eras.note(config, era, shaken.ok);
    if (!shaken.ok) return await giveUp(shaken.failure);
    events.ready(shaken.hello);
    return shaken.hello;
  }

  return {
    get wire() {
      return wire;
    },
    open,
    end,
  };
}

/** A process that may serve either era shows soon which; everything else may take its time. */
function openTimeoutMs({ config }: SessionScope, era: Era): number {
  const isProbe = era === 'modern' && config.type === 'stdio' && config.era === 'auto';
  return isProbe ? PROBE_TIMEOUT_MS : OPEN_TIMEOUT_MS[config.type];
}
