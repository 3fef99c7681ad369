import { idKey } from '../../../shared/json/id-key.ts';
import { memberOf } from '../../../shared/json/member-of.ts';
import { META } from '../../../shared/mcp/modern.ts';
import { failure, faultyAnswer } from '../failure.ts';
import type {
  AnswerReceiver,
  BackendFailure,
  InboundMessage,
  RelayRequest,
  RequestHandle,
} from '../transport.ts';
import { sortEach } from './inbound.ts';

export interface Correlation {
  /** Waits for the answer to a request that is being sent. */
  expect(request: RelayRequest, receiver: AnswerReceiver): RequestHandle;
  /** Takes one whole message from the wire; answers false when it was no JSON-RPC at all. */
  deliver(bytes: Buffer): boolean;
  /** Fails one request, or every one that is waiting. */
  fail(request: RelayRequest, fault: BackendFailure): void;
  failAll(fault: BackendFailure): void;
}

interface Waiting {
  readonly receiver: AnswerReceiver;
  readonly progressToken: string | undefined;
  readonly method: string;
  readonly wantsLogs: boolean;
}

const LOG = 'notifications/message';
const LISTEN = 'subscriptions/listen';
const PROGRESS = 'notifications/progress';

/**
 * Matches answers to requests by id, for wires that carry all messages in one stream (stdio, legacy SSE). Such a wire
 * does not say which request a server request belongs to: it is given to `unsolicited`, never to "the only call in
 * flight" (protocol.md hazard 2). Progress carries its caller's token and goes to that request alone (hazard 4); what
 * a listening request brings, its acknowledgement above all, names that request (2026-07-28, subscriptions). Logs go to
 * the one request that asked for some.
 */
export function createCorrelation(
  backend: string,
  unsolicited: (message: InboundMessage) => void,
  dropped: () => void,
): Correlation {
  const waiting = new Map<string, Waiting>();

  /** The listening request that a message names. */
  function listenerOf({ bytes }: InboundMessage): Waiting | undefined {
    if (!bytes.includes(META.subscriptionId)) return undefined;
    const id = subscriptionIdText(bytes);
    const found = id === undefined ? undefined : waiting.get(idKey(id));
    return found?.method === LISTEN ? found : undefined;
  }

  /** The request that a log message belongs to: it does not say so, but only one that asked for it may have any. */
  function loggedRequest(): Waiting | undefined {
    const [only, ...others] = [...waiting.values()].filter(({ wantsLogs }) => wantsLogs);
    return others.length === 0 ? only : undefined;
  }

  function deliverMessage(message: InboundMessage): void {
    const listener = listenerOf(message);
    if (listener !== undefined) {
      listener.receiver.related(message);
      return;
    }
    const logged = message.method === LOG ? loggedRequest() : undefined;
    if (logged !== undefined) {
      logged.receiver.related(message);
      return;
    }
    const token = message.method === PROGRESS ? progressTokenText(message.bytes) : undefined;
    if (token === undefined) {
      unsolicited(message);
      return;
    }
    const owner = [...waiting.values()].find(({ progressToken }) => progressToken === token);
    if (owner === undefined) dropped();
    else owner.receiver.related(message);
  }

  /** A fault in what is done with an answer is this call's own: these wires serve others, too (CRA-02). */
  function deliverAnswer(idText: string, bytes: Buffer): void {
    const id = idKey(idText);
    const owner = waiting.get(id);
    waiting.delete(id);
    if (owner === undefined) {
      dropped();
      return;
    }
    try {
      owner.receiver.answer(bytes);
    } catch {
      owner.receiver.failed(faultyAnswer(backend, 'sent an answer that cannot be read'));
    }
  }

  return {
    expect(request, receiver) {
      const key = idKey(request.idText);
      const { progressToken, method, wantsLogs = false } = request;
      waiting.set(key, { receiver, progressToken, method, wantsLogs });
      return {
        abandon: () => {
          if (waiting.get(key)?.receiver === receiver) waiting.delete(key);
        },
      };
    },
    deliver(bytes) {
      let isMessage = false;
      sortEach(bytes, undefined, (inbound) => {
        if (inbound.kind === 'message') deliverMessage(inbound.message);
        else if (inbound.kind === 'answer') deliverAnswer(inbound.idText, inbound.bytes);
        isMessage ||= inbound.kind !== 'faulty';
      });
      return isMessage;
    },
    fail(request, fault) {
      const owner = waiting.get(idKey(request.idText));
      waiting.delete(idKey(request.idText));
      owner?.receiver.failed(fault);
    },
    failAll(fault) {
      const owners = [...waiting.values()];
      waiting.clear();
      for (const { receiver } of owners) receiver.failed(fault);
    },
  };
}

/** The token as JSON text; `undefined` when the message is not shaped like progress. */
export function progressTokenText(bytes: Buffer): string | undefined {
  const message: unknown = JSON.parse(bytes.toString('utf8'));
  if (typeof message !== 'object' || message === null || !('params' in message)) return undefined;
  const { params } = message;
  if (typeof params !== 'object' || params === null || !('progressToken' in params)) return undefined;
  const token = params.progressToken;
  return typeof token === 'string' || typeof token === 'number' ? JSON.stringify(token) : undefined;
}

/** The id of the listening request that a message belongs to, as JSON text. */
function subscriptionIdText(bytes: Buffer): string | undefined {
  const params = memberOf(JSON.parse(bytes.toString('utf8')), 'params');
  const id = memberOf(memberOf(params, '_meta'), META.subscriptionId);
  return typeof id === 'string' || typeof id === 'number' ? JSON.stringify(id) : undefined;
}

/** What every call still open gets when the conversation ends. */
export function conversationOver(backend: string, why: string): BackendFailure {
  return failure('backend.crashed', `${backend} ended before it answered: ${why}`);
}
