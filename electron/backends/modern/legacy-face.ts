import { memberOf } from '../../../shared/json/member-of.ts';
import { memberRanges, textOf } from '../../../shared/json/members.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import { TASKS_EXTENSION } from '../../../shared/mcp/modern.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import { faultyAnswer } from '../failure.ts';
import type { ClientHello } from '../handshake.ts';
import { holdAnswer } from '../held-answer.ts';
import type { AnswerReceiver, InboundMessage, RelayRequest, RequestHandle, Transport } from '../transport.ts';
import { envelopeMembers, withEnvelope, withoutTasks } from './envelope.ts';
import { createInputQuestions } from './input-rounds.ts';
import { withoutSubscriptionId } from './listen-messages.ts';
import type { MirroredHeaders } from './mirrored-headers.ts';
import { callModern } from './modern-call.ts';
import { isHeaderMismatch, relearnHeaders } from './relearn.ts';
import { initializeAnswer } from './server-hello.ts';
import {
  LISTEN_TO_TASK,
  openUpstreamListen,
  type TopicKind,
  type UpstreamListen,
} from './upstream-listen.ts';

export interface LegacyFaceOptions {
  readonly backend: string;
  /** The wire: it sends what it is given. */
  readonly inner: Transport;
  readonly client: ClientHello;
  readonly headers: MirroredHeaders;
  /** Where the wire knows no closing of one request, giving one up is said by a notification (stdio). */
  readonly cancelsByMessage: boolean;
  readonly unsolicited: (message: InboundMessage) => void;
}

/** A transport over a modern wire, and what comes on that wire outside of any request. */
export interface LegacyFace {
  readonly transport: Transport;
  readonly heard: (message: InboundMessage) => void;
}

/**
 * Speaks 2026-07-28 to the backend and looks like a session to its owner (protocol.md 1.4): initialize is answered
 * from server/discover, log level and subscriptions are kept here, every request gets the envelope. A request that
 * brings its own envelope is the modern client's own and passes as it is, in both directions.
 */
export function createLegacyFace(options: LegacyFaceOptions): LegacyFace {
  const { backend, inner, client, headers } = options;
  const questions = createInputQuestions((idText) => {
    const method = 'notifications/cancelled';
    const text = `{"jsonrpc":"2.0","method":"${method}","params":{"requestId":${idText}}}`;
    options.unsolicited({ method, bytes: Buffer.from(text) });
  });
  let capabilities: Readonly<Record<string, unknown>> = {};
  let logLevel: string | undefined;
  let listening: UpstreamListen | undefined;

  const capabilitiesText = withoutTasks(client.capabilitiesText);
  const envelope = (forTasks = false): string =>
    envelopeMembers({ ...client, capabilitiesText: forTasks ? KNOWS_TASKS : capabilitiesText }, logLevel);

  function heard(message: InboundMessage): void {
    if (message.idText !== undefined || message.method === 'notifications/subscriptions/acknowledged') return;
    // The one thing that a server cancels is a listening request (2026-07-28, cancellation).
    if (message.method === 'notifications/cancelled') {
      listening?.cancelled(message.bytes);
      return;
    }
    options.unsolicited({ ...message, bytes: withoutSubscriptionId(message.bytes) });
  }

  function abandoned(idText: string, caller: RelayRequest['caller']): void {
    if (!options.cancelsByMessage) return;
    const text = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${idText}}}`;
    void inner.post(Buffer.from(text), caller);
  }

  function initialize(request: RelayRequest, receiver: AnswerReceiver): RequestHandle {
    const text = `{"jsonrpc":"2.0","id":${request.idText},"method":"server/discover"}`;
    const refuse = (): void =>
      receiver.failed(faultyAnswer(backend, 'does not answer server/discover as 2026-07-28 asks'));
    return inner.request(
      { ...request, method: 'server/discover', bytes: withEnvelope(Buffer.from(text), envelope()) },
      holdAnswer({
        failed: (fault) => receiver.failed(fault),
        answer(bytes) {
          const result = resultOf(bytes);
          const answer = initializeAnswer(backend, request.idText, result);
          if (answer === undefined) refuse();
          else {
            capabilities = memberOf(result, 'capabilities') as typeof capabilities;
            receiver.answer(answer);
          }
        },
      }),
    );
  }

  /** Requests that the modern era does not have; answered here, with whether they succeeded. */
  function answerHere(request: RelayRequest): Promise<boolean> | undefined {
    const value = (name: string): string => String(paramOf(request.bytes, name));
    const topic = TOPICS.get(request.method);
    if (topic?.begins === true) return listening?.subscribe(topic.kind, value(topic.param)) ?? GRANTED;
    if (topic !== undefined) listening?.unsubscribe(topic.kind, value(topic.param));
    else if (request.method === 'logging/setLevel') logLevel = value('level');
    else if (request.method !== 'ping') return undefined;
    return GRANTED;
  }

  /** What the tools ask for has changed without a word: their list is out of date here and with the client. */
  async function relearn(caller: RelayRequest['caller']): Promise<void> {
    await relearnHeaders({ backend, inner, headers, envelope }, caller);
    const method = 'notifications/tools/list_changed';
    options.unsolicited({ method, bytes: Buffer.from(`{"jsonrpc":"2.0","method":"${method}"}`) });
  }

  /** A modern client's own request, as it is; once more where only our headers were wrong. */
  function pass(request: RelayRequest, receiver: AnswerReceiver): RequestHandle {
    let over = false;
    const again = (): void => {
      if (!over) handle = inner.request(request, receiver);
    };
    let handle = inner.request(request, {
      ...receiver,
      answer(bytes, eventId) {
        if (request.method === 'tools/call' && isHeaderMismatch(bytes))
          void relearn(request.caller).then(again);
        else receiver.answer(bytes, eventId);
      },
    });
    return {
      abandon() {
        over = true;
        handle.abandon();
        abandoned(request.idText, request.caller);
      },
    };
  }

  const transport: Transport = {
    request(request, receiver) {
      if (request.enveloped === true) return pass(request, receiver);
      if (request.method === 'initialize') return initialize(request, receiver);
      const here = answerHere(request);
      if (here !== undefined) {
        void here.then((granted) => receiver.answer(ownAnswer(backend, request.idText, granted)));
        return { abandon: () => undefined };
      }
      return callModern({
        backend,
        inner,
        questions,
        receiver,
        request: { ...request, bytes: withEnvelope(request.bytes, envelope()) },
        observe: request.method === 'tools/list' ? headers.learn : () => undefined,
        relearn: () => relearn(request.caller),
        abandoned: (idText) => abandoned(idText, request.caller),
      });
    },
    /** Answers to questions stop here; of a client's notifications the modern era has none that a backend could use. */
    async post(bytes) {
      questions.settle(bytes);
      return undefined;
    },
    established(_protocolVersion, caller) {
      listening = openUpstreamListen({
        inner,
        envelope,
        caller,
        capabilities,
        deliver: heard,
        abandoned: (idText) => abandoned(idText, caller),
      });
    },
    wake: () => listening?.renew(),
    async close(caller) {
      listening?.close();
      await inner.close(caller);
    },
  };
  return { transport, heard };
}

const GRANTED = Promise.resolve(true);

/** What a client says that knows tasks; a listening request that names some is refused without it (SEP-2663). */
const KNOWS_TASKS = JSON.stringify({ extensions: { [TASKS_EXTENSION]: {} } });

/** The requests that change what is listened for. Those about tasks are the gateway's own: sessions have no such. */
const TOPICS: ReadonlyMap<string, { kind: TopicKind; param: string; begins: boolean }> = new Map([
  ['resources/subscribe', { kind: 'resourceSubscriptions', param: 'uri', begins: true }],
  ['resources/unsubscribe', { kind: 'resourceSubscriptions', param: 'uri', begins: false }],
  [LISTEN_TO_TASK.begin, { kind: 'taskIds', param: 'taskId', begins: true }],
  [LISTEN_TO_TASK.end, { kind: 'taskIds', param: 'taskId', begins: false }],
]);

function ownAnswer(backend: string, idText: string, granted: boolean): Buffer {
  const why = JSON.stringify(`${backend} did not agree to tell of changes to this`);
  const body = granted ? '"result":{}' : `"error":{"code":${RPC.invalidParams},"message":${why}}`;
  return Buffer.from(`{"jsonrpc":"2.0","id":${idText},${body}}`);
}

/** The result of an answer; `undefined` for an error or for broken JSON. */
function resultOf(bytes: Buffer): unknown {
  try {
    return memberOf(JSON.parse(bytes.toString('utf8')), 'result');
  } catch {
    return undefined;
  }
}

function paramOf(bytes: Buffer, name: string): unknown {
  const params = scanMessage(bytes).members.get('params');
  const range = params === undefined ? undefined : memberRanges(bytes, params).get(name);
  return range === undefined ? undefined : JSON.parse(textOf(bytes, range));
}
