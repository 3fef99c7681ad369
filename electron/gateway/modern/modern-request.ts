import type { Principal } from '../../../shared/identity/principal.ts';
import { editMembers } from '../../../shared/json/edit-members.ts';
import { memberRanges, splice } from '../../../shared/json/members.ts';
import { type Range, scanMessage } from '../../../shared/json/scan.ts';
import type { Envelope } from '../../../shared/mcp/envelope.ts';
import { ENVELOPE_KEYS, MODERN_RPC } from '../../../shared/mcp/modern.ts';
import { CLIENT_CAPABILITIES, LOG_LEVELS, type LogLevel, RPC } from '../../../shared/mcp/protocol.ts';
import { holdAnswer } from '../../backends/held-answer.ts';
import { speaksModern } from '../../backends/session-state.ts';
import type {
  AnswerReceiver,
  InboundMessage,
  RelayRequest,
  RequestHandle,
} from '../../backends/transport.ts';
import type { ClientRequest } from '../routing/route.ts';
import type { SessionBackend } from '../sessions/client-session.ts';
import type { GatewayIdentity } from '../sessions/server-hello.ts';
import { withOwnScope } from './cache-hint.ts';
import { modernErrorText } from './modern-error.ts';
import { toModernAnswer, withId } from './modern-result.ts';
import { withServerInfo } from './server-info.ts';

/** What is particular about one request of the modern era: one anchor serves several clients, whose ids may be equal. */
export interface ModernRequest {
  /** Unique among all requests of the anchor. */
  readonly key: string;
  readonly envelope: Envelope;
  /** The token under which a backend shared by several clients reports progress. */
  readonly progressToken: string | undefined;
  /** Hands the request on as the backend's era needs it. */
  forward(owner: SessionBackend, request: RelayRequest, receiver: AnswerReceiver): RequestHandle;
  /** A message for the client's stream as this client may see it; `undefined` where it did not ask for it. */
  outgoing(message: Buffer): Buffer | undefined;
}

let counter = 0;

/** `token` is the client's own progress token as JSON text. */
export function createModernRequest(
  message: ClientRequest,
  envelope: Envelope,
  caller: Principal,
  token: string | undefined,
  identity: GatewayIdentity,
): ModernRequest {
  const ownInfo = JSON.stringify(identity);
  const own = JSON.stringify(`modern-${++counter}`);
  const progressToken = token === undefined ? undefined : own;

  function forward(owner: SessionBackend, request: RelayRequest, receiver: AnswerReceiver): RequestHandle {
    const { session } = owner;
    const isModern = speaksModern(session.state());
    // Without a session there is nothing in which two equal ids could meet: the bytes stay as they are.
    if (isModern && session.scope.config.type === 'http')
      return session.forward(
        { ...request, enveloped: true },
        held(owner, receiver, (answer) => answer),
      );
    const { idText } = message;
    const bytes = renumbered(request.bytes, own, progressToken, !isModern);
    const wantsLogs = isModern && envelope.logLevel !== undefined;
    const renumberedRequest = { ...request, idText: own, bytes, enveloped: isModern, wantsLogs };
    if (isModern) {
      return session.forward(
        renumberedRequest,
        held(owner, receiver, (answer) => withId(answer, idText)),
      );
    }
    const handle = session.forward(
      renumberedRequest,
      holdAnswer({
        ...receiver,
        answer: (answer) =>
          receiver.answer(withServerInfo(toModernAnswer(answer, message.method, idText), ownInfo)),
        related(inbound) {
          const capability =
            inbound.idText === undefined ? undefined : CLIENT_CAPABILITIES.get(inbound.method);
          if (capability === undefined) receiver.related(inbound);
          else cannotAsk(owner, request, inbound, receiver, capability);
        },
      }),
    );
    return {
      abandon() {
        handle.abandon();
        void session.post(cancelled(own), request.caller);
      },
    };
  }

  /** The answer in one piece, and in our name: whoever signs it, the client talks to us (B72). */
  function held(
    owner: SessionBackend,
    receiver: AnswerReceiver,
    change: (answer: Buffer) => Buffer,
  ): AnswerReceiver {
    return holdAnswer({
      ...receiver,
      answer: (answer) => receiver.answer(inOurName(owner, change(answer))),
    });
  }

  function inOurName(owner: SessionBackend, answer: Buffer): Buffer {
    const named = withServerInfo(answer, ownInfo);
    return message.method === 'resources/read' ? withOwnScope(named, owner.session.scope, caller) : named;
  }

  /** A question in mid-call needs a session with the client: the call fails in words (protocol.md 1.4). */
  function cannotAsk(
    owner: SessionBackend,
    request: RelayRequest,
    inbound: InboundMessage,
    receiver: AnswerReceiver,
    capability: string,
  ): void {
    const { backend } = owner.session.scope;
    const refusal = `{"jsonrpc":"2.0","id":${inbound.idText},"error":{"code":${RPC.methodNotFound},"message":"The client cannot answer this."}}`;
    void owner.session.post(Buffer.from(refusal), request.caller);
    const text =
      capability in envelope.capabilities
        ? modernErrorText(
            message.idText,
            RPC.internal,
            `${backend} asks for ${capability} in the middle of a call, which needs a client with sessions.`,
            { code: 'backend.unsupported' },
          )
        : modernErrorText(
            message.idText,
            MODERN_RPC.missingCapability,
            `${backend} needs a client with ${capability}.`,
            { code: 'request.capability', requiredCapabilities: { [capability]: {} } },
          );
    receiver.answer(Buffer.from(text));
  }

  return {
    key: own,
    envelope,
    progressToken,
    forward,
    outgoing(bytes) {
      const params = scanMessage(bytes).members.get('params');
      if (bytes.includes('"notifications/message"') && !isWantedLog(bytes, params, envelope.logLevel))
        return undefined;
      if (token === undefined || params === undefined || bytes[params.start] !== OPEN_BRACE) return bytes;
      const range = memberRanges(bytes, params).get('progressToken');
      if (range === undefined || bytes.toString('utf8', range.start, range.end) !== own) return bytes;
      return Buffer.from(splice(bytes, [{ range, text: token }]));
    },
  };
}

const OPEN_BRACE = 0x7b;

/** Log messages only where the request asked for them, from its level on (2026-07-28, logging). */
function isWantedLog(bytes: Buffer, params: Range | undefined, wanted: LogLevel | undefined): boolean {
  if (wanted === undefined) return false;
  const range = params === undefined ? undefined : memberRanges(bytes, params).get('level');
  const level = range === undefined ? undefined : JSON.parse(bytes.toString('utf8', range.start, range.end));
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(wanted);
}

const WITHOUT_ENVELOPE = new Map(ENVELOPE_KEYS.map((key) => [key, undefined]));

/** The request under an id and token of ours; for a legacy backend without the envelope (hazard 16). */
function renumbered(bytes: Buffer, own: string, token: string | undefined, isLegacy: boolean): Buffer {
  const { members } = scanMessage(bytes);
  const params = members.get('params') as Range;
  const meta = memberRanges(bytes, params).get('_meta') as Range;
  const edits = new Map<string, string | undefined>(isLegacy ? WITHOUT_ENVELOPE : []);
  if (token !== undefined) edits.set('progressToken', token);
  return Buffer.from(
    splice(bytes, [
      { range: members.get('id') as Range, text: own },
      { range: meta, text: editMembers(bytes, meta, edits) },
    ]),
  );
}

/** Closing its stream is how a modern client cancels; a legacy backend has to be told (protocol.md 1.4). */
function cancelled(idText: string): Buffer {
  return Buffer.from(
    `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${idText},"reason":"The client closed its request."}}`,
  );
}
