import { type Conversation, type ConversationContext, createConversation } from './conversation.ts';
import { failure } from './failure.ts';
import type { ServerHello } from './handshake.ts';
import { type Era, maySpeakOther } from './modern/era-memory.ts';
import type { RetryHistory } from './retry.ts';
import { afterFailure, asCallersMatter, type BackendSessionState, sessionClosed } from './session-state.ts';
import type { BackendFailure, InboundMessage } from './transport.ts';

export interface KeptOpenEvents {
  /** A server request or notification outside of any call. */
  message(message: InboundMessage): void;
  changed(state: BackendSessionState): void;
  /** The backend answered in this era as a server of the other one does. */
  otherEra(era: Era): void;
}

/** The conversation with one backend that is open at present, and its successors. */
export interface KeptOpen {
  state(): BackendSessionState;
  /** The conversation that is open or being opened. */
  conversation(): Conversation | undefined;
  /** How often it was opened again. */
  reopened(): number;
  /** Begins to open it, or joins the attempt under way: whoever waits, waits for the same one. */
  open(): Promise<ServerHello | BackendFailure>;
  /** Opens another conversation in the place of the present one. Does nothing while an attempt is under way. */
  reopen(): void;
  /** The present conversation is of no use any more. */
  lost(fault: BackendFailure): Promise<void>;
  close(): Promise<void>;
}

/** Opens conversations with one backend, one after the other: again after a loss, with back-off, until `close`. */
export function keepOpen(context: ConversationContext, events: KeptOpenEvents): KeptOpen {
  const { scope, ports } = context;
  const { backend, config } = scope;
  let state: BackendSessionState = { state: 'opening' };
  let conversation: Conversation | undefined;
  let attempt: Promise<ServerHello | BackendFailure> | undefined;
  let history: RetryHistory = { failures: [] };
  let timer: NodeJS.Timeout | undefined;
  let openings = 0;

  const isClosed = (): boolean => state.state === 'closed';

  function move(next: BackendSessionState): void {
    if (isClosed()) return;
    state = next;
    events.changed(next);
  }

  async function drop(): Promise<void> {
    const ending = conversation;
    conversation = undefined;
    await ending?.end();
  }

  function failed(cause: BackendFailure): BackendFailure {
    const fault = asCallersMatter(scope, cause);
    if (isClosed()) return fault;
    const now = ports.now();
    const after = afterFailure(scope, fault, history, now);
    history = after.history;
    move(after.state);
    if (after.state.state === 'down') {
      clearTimeout(timer);
      timer = setTimeout(() => void open(), after.state.retryAt - now);
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
    if (isClosed()) return sessionClosed(backend);
    conversation = createConversation(era, context, {
      message: events.message,
      ready: (hello) => {
        openings++;
        move({ state: 'ready', hello });
      },
      lost: (fault) => {
        if (state.state === 'ready') void lost(fault);
      },
      otherEra: () => {
        if (state.state === 'ready') events.otherEra(era);
      },
    });
    return await conversation.open();
  }

  function open(): Promise<ServerHello | BackendFailure> {
    clearTimeout(timer);
    if (isClosed()) return Promise.resolve(sessionClosed(backend));
    if (state.state !== 'opening') move({ state: 'opening' });
    return attempt ?? begin(tryOpen());
  }

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
    // Taken out first: whoever hears of the loss may ask for the next one at once.
    const ending = conversation;
    conversation = undefined;
    failed(fault);
    await ending?.end();
  }

  async function replace(): Promise<ServerHello | BackendFailure> {
    const ending = drop();
    // A process has to be gone before its successor takes its place; a server's farewell is waited for by nobody.
    if (config.type === 'stdio') await ending;
    else ending.catch(() => undefined);
    return await tryOpen();
  }

  return {
    state: () => state,
    conversation: () => conversation,
    reopened: () => Math.max(0, openings - 1),
    open,
    lost,
    reopen() {
      if (isClosed() || attempt !== undefined) return;
      clearTimeout(timer);
      move({ state: 'opening' });
      // The attempt stands before anything is dropped: calls that fail by the drop wait for it.
      void begin(Promise.resolve().then(replace));
    },
    async close() {
      if (isClosed()) return;
      clearTimeout(timer);
      state = { state: 'closed' };
      await drop();
    },
  };
}
