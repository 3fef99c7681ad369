import type { BackendName } from '../../../shared/config/backend-name.ts';
import { idKey } from '../../../shared/json/id-key.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import { withAskerInAnswer } from '../../../shared/mcp/who-asks.ts';
import { failure, faultyAnswer } from '../../backends/failure.ts';
import { holdAnswer } from '../../backends/held-answer.ts';
import type { AnswerReceiver, BackendFailure, RelayRequest } from '../../backends/transport.ts';
import { errorText, sendJson } from '../edge/answers.ts';
import { statusOfAnswer } from '../modern/modern-error.ts';
import { namesServer, withServerInfo } from '../modern/server-info.ts';
import type { SessionBackend } from '../sessions/client-session.ts';
import { handleBackendMessage } from '../streams/backend-messages.ts';
import { createExchange, type Exchange } from '../streams/exchange.ts';
import type { ClientRequest, RouteContext } from './route.ts';

export interface Forwarding {
  readonly backend: BackendName;
  /** The message as the backend gets it. */
  readonly bytes: Buffer;
  /** The advertised name, for the activity list. */
  readonly target: string | undefined;
  /** Only a try: where it fails, this is done instead of telling the caller, who must have heard nothing yet. */
  readonly otherwise?: () => void;
  /** Whether the same request was tried elsewhere before. */
  readonly isLaterTry?: boolean;
  /** Sees the whole answer before it is sent, and may change it; for calls whose result the session must know. */
  readonly onAnswer?: (bytes: Buffer) => Buffer;
}

/** Requests of one session that may be under way at once (RES-04). */
const MAX_IN_FLIGHT = 128;
/** A backend that does not answer is not waited for longer where others may have what is asked for. */
const LONGEST_TRY_MS = 30_000;

/** Hands one request to its backend and the answer to the caller: one way in, one way out. */
export function forward(context: RouteContext, forwarding: Forwarding): void {
  const { session, message, response } = context;
  const owner = session.backends.get(forwarding.backend);
  if (owner === undefined) {
    const text = `${forwarding.backend} is not there any more`;
    sendJson(response, 200, errorText(message.idText, RPC.connection, text, 'backend.unknown'));
    return;
  }
  // The edge has looked before, but a list may have been read in between, for both of two equal ids (SES-05).
  const key = context.modern?.key ?? idKey(message.idText);
  if (session.inFlight.has(key)) {
    const text = 'A request with this id is under way';
    sendJson(response, 400, errorText(message.idText, RPC.invalidRequest, text, 'request.duplicate-id'));
    return;
  }
  if (session.inFlight.size >= MAX_IN_FLIGHT) {
    const text = `More than ${MAX_IN_FLIGHT} requests of this session are under way`;
    sendJson(response, 429, errorText(message.idText, RPC.connection, text, 'session.busy'));
    return;
  }
  const read = answerReader(context, forwarding);
  const exchange = openExchange(context, forwarding, owner, read);
  session.inFlight.set(key, exchange);
  // Given up before it was known where it belongs: no backend hears of it.
  if (context.modern === undefined ? session.preparing.get(key)?.givenUp === true : response.destroyed) {
    exchange.cancel();
    return;
  }
  if (context.modern !== undefined && forwarding.isLaterTry !== true) cancelByClosing(context);
  send(context, forwarding, owner, exchange, read);
}

/** The answer as the caller gets it. Throws where it has to be parsed and is broken. */
type ReadAnswer = (bytes: Buffer) => Buffer;

function openExchange(
  context: RouteContext,
  forwarding: Forwarding,
  owner: SessionBackend,
  read: ReadAnswer,
): Exchange {
  const { session, message, response, now, modern } = context;
  const startedAt = now();
  const { backend, config } = owner.session.scope;
  owner.notes.calledAt = startedAt;
  const relay = { session, backend: forwarding.backend, listsChanged: session.listsChanged, now };
  const ended = context.record({
    at: startedAt,
    session,
    method: message.method,
    target: forwarding.target,
    backend,
    requestBytes: forwarding.bytes.length,
  });
  const exchange = createExchange({
    idText: message.idText,
    progressToken: modern === undefined ? progressTokenOf(message) : modern.progressToken,
    ...(modern === undefined
      ? { resumption: session.resumption }
      : { statusOf: statusOfAnswer, outgoing: modern.outgoing }),
    backend: owner.session,
    response,
    timeoutMs:
      forwarding.otherwise === undefined
        ? config.timeoutSeconds * 1000
        : Math.min(config.timeoutSeconds * 1000, LONGEST_TRY_MS),
    ...(forwarding.otherwise === undefined ? {} : { otherwise: forwarding.otherwise }),
    now,
    related: (inbound, on) => {
      try {
        // A try binds the caller by a question only; what else is said is the session's, as of any question of our own.
        const isAside = forwarding.otherwise !== undefined && inbound.idText === undefined;
        handleBackendMessage(relay, inbound, isAside ? undefined : on);
      } catch {
        // A message that we fail at is dropped and counted; the call goes on (CRA-02).
        owner.notes.dropped++;
      }
    },
    done: (outcome, fault, answerBytes) => {
      const stream = exchange.stream();
      if (stream !== undefined)
        session.resumption.keep(stream, { backend: owner.session, caller: context.caller, read }, now());
      session.inFlight.delete(modern?.key ?? idKey(message.idText));
      ended({ durationMs: now() - startedAt, outcome, code: fault?.code, answerBytes });
    },
  });
  return exchange;
}

function send(
  context: RouteContext,
  forwarding: Forwarding,
  owner: SessionBackend,
  exchange: Exchange,
  read: ReadAnswer,
): void {
  const { message, caller, modern } = context;
  const request: RelayRequest = {
    idText: message.idText,
    method: message.method,
    bytes: forwarding.bytes,
    caller,
    ...(exchange.progressToken === undefined ? {} : { progressToken: exchange.progressToken }),
  };
  const receiver = receiverOf(forwarding, exchange, read, recover);
  let retried = message.method === 'tools/call';
  let renewed = !isRenewable(owner);

  function dispatch(): void {
    // Given up or timed out while its backend was being opened: nobody waits for it any more.
    if (exchange.isOver()) return;
    exchange.bind(
      modern === undefined
        ? owner.session.forward(request, receiver)
        : modern.forward(owner, request, receiver),
    );
  }

  /** HTTP-09: a forgotten session is opened again; lists and reads are repeated once, a tool call never is. */
  function recover(fault: BackendFailure): void {
    // A 401 was not acted upon: the strategy was told and brings a fresh credential, once (AOU-01).
    if (fault.status === 401 && !renewed) {
      renewed = true;
      dispatch();
      return;
    }
    if (fault.code !== 'backend.session-lost') {
      exchange.failed(fault);
      return;
    }
    owner.session.reopen();
    if (retried) {
      exchange.failed(
        failure('backend.session-lost', `${fault.message}. The call was not repeated; call again.`),
      );
      return;
    }
    retried = true;
    whenReady();
  }

  function whenReady(): void {
    void owner.session.ready().then((state) => ('code' in state ? exchange.failed(state) : dispatch()));
  }

  if (owner.session.state().state === 'ready') dispatch();
  else whenReady();
}

function answerReader({ session, modern }: RouteContext, { backend, onAnswer }: Forwarding): ReadAnswer {
  return (bytes) => {
    const known = onAnswer === undefined ? bytes : onAnswer(bytes);
    const seen = session.saysWhoAsks() ? Buffer.from(withAskerInAnswer(known, backend)) : known;
    return modern === undefined && namesServer(seen) ? withServerInfo(seen, undefined) : seen;
  };
}

/** The exchange as the backend sees it: answers are read where they must be, and not every failure is the last word. */
function receiverOf(
  { backend, onAnswer }: Forwarding,
  exchange: Exchange,
  read: ReadAnswer,
  failed: (fault: BackendFailure) => void,
): AnswerReceiver {
  const answer = (bytes: Buffer, eventId?: string): void => {
    let seen: Buffer;
    try {
      seen = read(bytes);
    } catch {
      // A large answer is not parsed on its way; where it has to be read, broken JSON is this call's failure alone.
      failed(faultyAnswer(backend, 'sent broken JSON'));
      return;
    }
    exchange.answer(seen, eventId);
  };
  const receiver = { ...exchange, answer, failed };
  return onAnswer === undefined
    ? receiver
    : { ...receiver, answerStream: holdAnswer({ answer, failed }).answerStream };
}

/** Strategies that can bring another credential after a refusal. */
const RENEWABLE = new Set(['oauth', 'client_credentials', 'token_exchange', 'upstream']);

function isRenewable({ session }: SessionBackend): boolean {
  const { config } = session.scope;
  return config.type !== 'stdio' && RENEWABLE.has(config.auth.strategy);
}

/** Closing the stream is how a modern client gives a call up; in the sessions era it is no cancel (hazard 5). */
function cancelByClosing({ response, session, modern }: RouteContext): void {
  response.once('close', () => {
    if (modern !== undefined) session.inFlight.get(modern.key)?.cancel();
  });
}

/** The progress token of a request as JSON text. */
export function progressTokenOf(message: ClientRequest): string | undefined {
  const meta = message.params._meta;
  if (typeof meta !== 'object' || meta === null || !('progressToken' in meta)) return undefined;
  const token = meta.progressToken;
  return typeof token === 'string' || typeof token === 'number' ? JSON.stringify(token) : undefined;
}
