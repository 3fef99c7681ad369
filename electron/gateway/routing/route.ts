import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import { errorText, resultText, sendJson } from '../edge/answers.ts';
import type { ClientMessage } from '../edge/client-message.ts';
import { statusOfCode } from '../modern/modern-error.ts';
import type { ModernRequest } from '../modern/modern-request.ts';
import { completeResult, modernCode } from '../modern/modern-result.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import type { Outcome } from '../streams/exchange.ts';

export type ClientRequest = Extract<ClientMessage, { kind: 'request' }>;

/** One call that has begun, for the activity list: names only, never arguments, results or values. */
export interface StartedCall {
  readonly at: number;
  readonly session: ClientSession;
  readonly method: string;
  /** The advertised name or address, where the method has one. */
  readonly target: string | undefined;
  readonly backend: string;
  /** The message as the backend gets it. */
  readonly requestBytes: number;
}

/** How it ended. */
export interface EndedCall {
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly code: ErrorCode | undefined;
  /** The backend's answer; what it said on the way is not counted. Absent where there was none. */
  readonly answerBytes: number | undefined;
  /** Who answered, where it was not the backend that was asked first. */
  readonly backend?: string;
}

/** Notes a call as it begins; the function given back notes its end. */
export type RecordCall = (call: StartedCall) => (ending: EndedCall) => void;

/** What a handler gets: one request of one session, and where its answer goes. */
export interface RouteContext {
  readonly session: ClientSession;
  /** The present caller: its identity goes along, not the session's first (B58). */
  readonly caller: Principal;
  readonly message: ClientRequest;
  readonly response: ServerResponse;
  readonly now: () => number;
  readonly record: RecordCall;
  /** Only for requests of the modern era. */
  readonly modern?: ModernRequest;
}

export type RouteHandler = (context: RouteContext) => void | Promise<void>;

/** Answers with a result of our own. */
export function answerResult({ message, response, modern }: RouteContext, result: string): void {
  sendJson(response, 200, resultText(message.idText, modern === undefined ? result : completeResult(result)));
}

/** Answers with a JSON-RPC error of our own; HTTP 200, because the request itself was well-formed. */
export function answerError(
  { message, response, modern }: RouteContext,
  rpcCode: number,
  text: string,
  code: ErrorCode,
): void {
  if (modern === undefined) sendJson(response, 200, errorText(message.idText, rpcCode, text, code));
  else {
    const known = modernCode(rpcCode);
    sendJson(response, statusOfCode(known), errorText(message.idText, known, text, code));
  }
}
