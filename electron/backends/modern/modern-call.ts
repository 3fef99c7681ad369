import { memberOf } from '../../../shared/json/member-of.ts';
import { splice } from '../../../shared/json/members.ts';
import { type Range, scanMessage } from '../../../shared/json/scan.ts';
import { MODERN_RPC } from '../../../shared/mcp/modern.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import { failure, faultyAnswer } from '../failure.ts';
import { holdAnswer } from '../held-answer.ts';
import type { AnswerReceiver, RelayRequest, RequestHandle, Transport } from '../transport.ts';
import { retryOf } from './envelope.ts';
import type { InputQuestions } from './input-rounds.ts';
import { type ModernAnswer, readModernAnswer, toLegacyAnswer } from './modern-answer.ts';

export interface ModernCallOptions {
  readonly backend: string;
  readonly inner: Transport;
  readonly questions: InputQuestions;
  /** The request with its envelope. */
  readonly request: RelayRequest;
  readonly receiver: AnswerReceiver;
  /** Sees every complete answer before it is translated. */
  readonly observe: (bytes: Buffer) => void;
  /** Learns anew which headers the tools want, after a call was turned away for them. */
  readonly relearn: () => Promise<void>;
  /** Told the id on the wire of a request that nobody waits for any more. */
  readonly abandoned: (idText: string) => void;
}

/** Rounds of questions in one call (protocol.md 1.4). */
const MAX_ROUNDS = 16;
/** The requests that a server may answer by asking for input (2026-07-28, MRTR). */
const MAY_ASK: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);
/** A round that asks nothing only says "not yet": waiting keeps it from becoming a loop. */
const EMPTY_ROUND_MS = 250;

let counter = 0;

/**
 * One call of a client with a session at a backend without: questions go out as real server requests on the caller's
 * stream, and the call is repeated under a new id with the answers and the backend's own state, unread (MRTR).
 */
export function callModern(options: ModernCallOptions): RequestHandle {
  const { backend, inner, request, receiver } = options;
  let over = false;
  let rounds = 0;
  let relearned = request.method !== 'tools/call';
  let sent = request.bytes;
  let wireId = request.idText;
  let handle: RequestHandle | undefined;
  let timer: NodeJS.Timeout | undefined;

  function send(bytes: Buffer): void {
    sent = bytes;
    handle = inner.request(
      { ...request, idText: wireId, bytes },
      holdAnswer({
        related: (message) => {
          if (message.idText === undefined) receiver.related(message);
        },
        failed: finish((fault) => receiver.failed(fault)),
        answer: take,
      }),
    );
  }

  function finish<T>(report: (value: T) => void): (value: T) => void {
    return (value) => {
      if (over) return;
      over = true;
      report(value);
    };
  }

  const answer = finish((bytes: Buffer) => receiver.answer(bytes));
  const faulty = finish((why: string) => receiver.failed(faultyAnswer(backend, why)));

  function take(bytes: Buffer): void {
    if (over) return;
    try {
      options.observe(bytes);
      pass(bytes, readModernAnswer(bytes));
    } catch {
      faulty('sent broken JSON');
    }
  }

  function pass(bytes: Buffer, read: ModernAnswer): void {
    switch (read.kind) {
      case 'complete':
        answer(toLegacyAnswer(bytes, read.result, request.method, request.idText));
        return;
      case 'input':
        if (!MAY_ASK.has(request.method)) faulty(`asked for input in answer to ${request.method}`);
        else if (++rounds > MAX_ROUNDS) faulty(`still asked for input after ${MAX_ROUNDS} rounds`);
        else void nextRound(read);
        return;
      case 'error':
        if (read.code === MODERN_RPC.headerMismatch && !relearned) {
          relearned = true;
          void options.relearn().then(again);
          return;
        }
        answer(
          read.code === MODERN_RPC.missingCapability
            ? missingCapability(backend, request, read.error)
            : withId(bytes, request.idText),
        );
        return;
      case 'faulty':
        faulty(read.why);
    }
  }

  /** The same call with the headers that are wanted by now; the backend did not act on the first one. */
  function again(): void {
    if (over) return;
    wireId = JSON.stringify(`round-${++counter}`);
    send(withId(sent, wireId));
  }

  async function nextRound({ requests, stateText }: Extract<ModernAnswer, { kind: 'input' }>): Promise<void> {
    if (requests.length === 0) {
      await new Promise((resolve) => {
        timer = setTimeout(resolve, EMPTY_ROUND_MS * rounds);
      });
    }
    const inputs = await options.questions.ask(requests, receiver);
    if (over) return;
    if (!inputs.ok) {
      over = true;
      receiver.failed(failure('request.capability', `${backend} ${inputs.why}`, { rpcCode: RPC.internal }));
      return;
    }
    wireId = JSON.stringify(`round-${++counter}`);
    send(retryOf(request.bytes, wireId, inputs.responses, stateText));
  }

  send(request.bytes);
  return {
    abandon() {
      if (over) return;
      over = true;
      clearTimeout(timer);
      options.questions.forget(receiver);
      handle?.abandon();
      options.abandoned(wireId);
    },
  };
}

/** -32021 is unknown to clients with sessions: a tool call fails with words, anything else with an error. */
function missingCapability(backend: string, request: RelayRequest, error: unknown): Buffer {
  const required = memberOf(memberOf(error, 'data'), 'requiredCapabilities');
  const names = typeof required === 'object' && required !== null ? Object.keys(required).join(', ') : '';
  const text = `${backend} needs a client that can do more${names === '' ? '' : `: ${names}`}. This client did not say that it can.`;
  const body =
    request.method === 'tools/call'
      ? `"result":{"content":[{"type":"text","text":${JSON.stringify(text)}}],"isError":true}`
      : `"error":{"code":${RPC.internal},"message":${JSON.stringify(text)},"data":{"code":"request.capability"}}`;
  return Buffer.from(`{"jsonrpc":"2.0","id":${request.idText},${body}}`);
}

function withId(bytes: Buffer, idText: string): Buffer {
  const range = scanMessage(bytes).members.get('id') as Range;
  return Buffer.from(splice(bytes, [{ range, text: idText }]));
}
