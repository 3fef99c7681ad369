import type { ServerResponse } from 'node:http';
import { scanMessage } from '../../../shared/json/scan.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import type { BackendSession } from '../../backends/backend-session.ts';
import { failure } from '../../backends/failure.ts';
import { holdStream } from '../../backends/held-answer.ts';
import type {
  AnswerReceiver,
  AnswerStream,
  BackendFailure,
  InboundMessage,
  RequestHandle,
} from '../../backends/transport.ts';
import { progressTokenText } from '../../backends/wire/correlation.ts';
import { beginJson, errorText, sendJson } from '../edge/answers.ts';
import { type CallStream, openCallStream } from './call-stream.ts';
import type { Resumption } from './resumption.ts';

export type Outcome = 'ok' | 'error' | 'failed' | 'timeout' | 'cancelled';

export interface ExchangeOptions {
  readonly idText: string;
  readonly progressToken: string | undefined;
  readonly backend: BackendSession;
  readonly response: ServerResponse;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Names the events of the call where its client may come back to them (era of sessions); asked once it is a stream. */
  readonly resumption?: Pick<Resumption, 'names' | 'takesMarks'>;
  /** The HTTP status of an answer, where it is not always 200 (modern era). */
  readonly statusOf?: (message: Buffer) => number;
  /** A message as this caller may see it; `undefined` where it may not. */
  readonly outgoing?: (message: Buffer) => Buffer | undefined;
  /** Another backend is asked instead of answering with a failure, as long as the caller has heard nothing. */
  readonly otherwise?: () => void;
  /** Handles what the backend says on the way; `deliver` puts a message on this call's own stream. */
  readonly related: (message: InboundMessage, exchange: Exchange) => void;
  /** `answerBytes`: the length of the backend's answer, where it gave one. */
  readonly done: (
    outcome: Outcome,
    failure: BackendFailure | undefined,
    answerBytes: number | undefined,
  ) => void;
}

/** One call under way: between the caller's POST and the backend's answer. */
export interface Exchange extends AnswerReceiver {
  readonly backend: BackendSession;
  readonly idText: string;
  readonly progressToken: string | undefined;
  /** The event stream of the answer, once it is one. */
  stream(): CallStream | undefined;
  bind(handle: RequestHandle): void;
  /**
   * The caller comes back to this event of the call, whose connection it lost. What we forgot of it, the backend may
   * still have: its own events are in its own memory (hazard 22). Where it has not, the call goes on with what is held.
   */
  comeBack(response: ServerResponse, eventId: string): void;
  /** Whether what comes before the answer can reach the caller, now or when it comes back. */
  takesMessages(): boolean;
  /** Whether it is only a try: another backend is asked if this one fails, as long as the caller has heard nothing. */
  mayGiveWay(): boolean;
  /** The backend works on it: the limit counts anew from here (hazard 4). */
  prolong(): void;
  /** Whether it has its answer, was given up or has failed. */
  isOver(): boolean;
  /**
   * Puts a message on this call's stream, which becomes an event stream if it was none. Progress gives way to newer
   * progress where the client is late (HTP-07).
   */
  deliver(message: Buffer, eventId?: string, isProgress?: boolean): void;
  /** A person is being asked: the call may take the longest time there is. */
  waitForClient(): void;
  /** The caller gave the call up: what still comes is dropped, nothing more is answered (hazard 5). */
  cancel(): void;
  /** Looks at the clock: ends the call at its limit, keeps a quiet stream open. True when the limit was reached. */
  tick(now: number): boolean;
}

/** No call takes longer, however much progress it reports (HTP-02). */
const LONGEST_CALL_MS = 10 * 60_000;
/** After this long without a word to the client, an event stream with comments keeps its connection open. */
const QUIET_MS = 15_000;

/** Ends the call once; false where it was over already. */
type Finish = (outcome: Outcome, fault?: BackendFailure, answerBytes?: number) => boolean;

/**
 * Makes the receiver of one call. The answer goes out as JSON when nothing went before it, else as the last event of
 * a stream. A lost client connection does not end the call: in the sessions era that is no cancel (hazard 5).
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const { response, idText, backend, now } = options;
  const startedAt = now();
  const latest = startedAt + Math.max(LONGEST_CALL_MS, options.timeoutMs);
  let deadline = startedAt + options.timeoutMs;
  let lastWord = startedAt;
  let over = false;
  let handle: RequestHandle | undefined;
  let stream: CallStream | undefined;

  const finish: Finish = (outcome, fault, answerBytes) => {
    if (over) return false;
    over = true;
    options.done(outcome, fault, answerBytes);
    return true;
  };

  const mayStream = (): boolean => stream !== undefined || (!response.headersSent && !response.destroyed);

  function openStream(): CallStream | undefined {
    if (stream === undefined && mayStream())
      stream = openCallStream(response, options.resumption?.names(idText));
    return stream;
  }

  /** Whether nothing has gone out that binds the caller to this backend. */
  const mayGiveWay = (): boolean =>
    options.otherwise !== undefined && stream === undefined && !response.headersSent && !response.destroyed;

  /** The last word of the backend: the caller's answer, unless it failed and another one may know better. */
  function conclude(message: Buffer, isFailure: boolean, eventId?: string): void {
    if (isFailure && mayGiveWay()) options.otherwise?.();
    else send(message, eventId);
  }

  /** Never shortens: while a person is asked, progress must not bring the usual limit back. */
  function prolong(): void {
    deadline = Math.max(deadline, Math.min(latest, now() + options.timeoutMs));
  }

  /** On a stream of its own a backend may tell of the progress of anything. */
  const isOwnProgress = (message: Buffer): boolean => progressTokenText(message) === options.progressToken;

  /** Where bytes go at present. */
  function sink(): ServerResponse {
    return stream === undefined ? response : stream.response();
  }

  function send(message: Buffer, eventId?: string): void {
    if (stream !== undefined) stream.last(message, eventId);
    // A large answer has begun: cut off it is no answer, and there is no way to take it back.
    else if (response.headersSent) response.destroy();
    else sendJson(response, options.statusOf?.(message) ?? 200, message);
  }

  function fail(fault: BackendFailure): void {
    const outcome = fault.rpcCode === RPC.timeout ? 'timeout' : 'failed';
    if (finish(outcome, fault))
      conclude(Buffer.from(errorText(idText, fault.rpcCode, fault.message, fault.code)), true);
  }

  const exchange: Exchange = {
    backend,
    idText,
    progressToken: options.progressToken,
    stream: () => stream,
    bind(bound) {
      handle = bound;
    },
    comeBack(next, eventId) {
      const goOn = (): void => stream?.resume(next, eventId);
      const asked = handle;
      const original = stream?.has(eventId) === true ? undefined : stream?.backendIdOf(eventId);
      if (over || original === undefined || asked?.repeats === undefined) goOn();
      else
        asked.repeats(original, (repeat) => {
          if (over || repeat === undefined) goOn();
          else {
            stream?.restart(next);
            repeat();
          }
        });
    },
    full: () => sink().writableNeedDrain && !sink().destroyed,
    onDrain(resume) {
      const full = sink();
      const go = (): void => {
        full.off('drain', go).off('close', go);
        resume();
      };
      full.once('drain', go).once('close', go);
    },
    takesMessages: () => !over && mayStream(),
    mayGiveWay,
    isOver: () => over,
    prolong,
    related(message) {
      if (over) return;
      prolong();
      options.related(message, exchange);
    },
    deliver(message, eventId, isProgress) {
      const seen = over || options.outgoing === undefined ? message : options.outgoing(message);
      if (over || seen === undefined) return;
      if (isProgress === true && stream?.isLate() === true && isOwnProgress(message)) {
        stream.progress(seen, eventId);
        return;
      }
      lastWord = now();
      openStream()?.event(seen, eventId);
    },
    waitForClient() {
      deadline = latest;
    },
    answer(bytes, eventId) {
      if (!finish(isError(bytes) ? 'error' : 'ok', undefined, bytes.length)) return;
      conclude(bytes, options.otherwise !== undefined && scanMessage(bytes).members.has('error'), eventId);
    },
    answerStream: (length) => {
      // After other messages it has to be framed as one event; and a failure may still be somebody else's to answer.
      if (stream !== undefined || mayGiveWay()) return holdStream(exchange.answer, fail);
      if (!response.headersSent && !response.destroyed) beginJson(response, length);
      return pipedAnswer(response, finish);
    },
    failed: fail,
    mark(eventId, retryMs) {
      if (over) return;
      prolong();
      if (options.resumption?.takesMarks === true && !mayGiveWay()) openStream()?.mark(eventId, retryMs);
    },
    paused() {
      if (!over) stream?.pause();
    },
    cancel() {
      if (!finish('cancelled')) return;
      handle?.abandon();
      openStream()?.end();
      // A large answer that had begun is cut here.
      if (stream === undefined) response.end();
    },
    tick(time) {
      if (over) return false;
      if (time >= deadline) {
        const seconds = Math.round((time - startedAt) / 1000);
        handle?.abandon();
        fail(
          failure('backend.timeout', `${backend.scope.backend} did not answer within ${seconds} s`, {
            rpcCode: RPC.timeout,
          }),
        );
        return true;
      }
      if (time - lastWord >= QUIET_MS && !mayGiveWay() && !sink().writableNeedDrain) {
        lastWord = time;
        openStream()?.comment();
      }
      return false;
    },
  };
  return exchange;
}

/** A large answer as it arrives. Its end is the only part that makes it whole; aborted, it never becomes whole. */
function pipedAnswer(response: ServerResponse, finish: Finish): AnswerStream {
  let length = 0;
  return {
    write(chunk) {
      length += chunk.length;
      response.write(chunk);
    },
    end(last) {
      finish('ok', undefined, length + last.length);
      response.end(last);
    },
    abort(fault) {
      finish('failed', fault, length);
      response.destroy();
    },
  };
}

const ENDS_LOOKED_AT = 512;

/** Whether an answer is an error, for the activity list only: looks at the ends, never at the content. */
function isError(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, Math.min(bytes.length, ENDS_LOOKED_AT));
  if (/^\s*\{(?:"jsonrpc":"2\.0",|"id":[^,{]{1,200},){0,2}\s*"error"\s*:/.test(head)) return true;
  return bytes.toString('latin1', Math.max(0, bytes.length - ENDS_LOOKED_AT)).includes('"isError":true');
}
