import type { ErrorCode } from '../../shared/errors/codes.ts';
import type { Principal } from '../../shared/identity/principal.ts';

/** Why a backend did not answer. `code` is stable; `message` names the backend and never a value. */
export interface BackendFailure {
  readonly code: ErrorCode;
  /** The JSON-RPC error code for the caller: -32000 connection, -32001 timeout, -32603 faulty answer. */
  readonly rpcCode: number;
  readonly message: string;
  /** HTTP status of the backend where there was one: 404 means "session forgotten" (HTP-09). */
  readonly status?: number;
  /** True only where the backend provably did not act on the request. */
  readonly notProcessed?: boolean;
  /** True where it is the backend's own answer: a well-formed JSON-RPC error. */
  readonly answered?: boolean;
}

/** One request on its way to a backend: the bytes as they will be sent. */
export interface RelayRequest {
  /** The JSON text of the id, exactly as the message has it: `7`, `"a"`. */
  readonly idText: string;
  readonly method: string;
  readonly bytes: Buffer;
  /** The JSON text of the progress token, if the request has one. */
  readonly progressToken?: string;
  /** Whose identity goes along: the current request's, not the session's first (contract 3.5). */
  readonly caller: Principal;
  /** It brings the modern era's own envelope: it passes a modern wire as it is, its answer too. */
  readonly enveloped?: boolean;
  /** Its envelope asks for log messages, which a modern server sends for no other request (2026-07-28, logging). */
  readonly wantsLogs?: boolean;
}

/** A server request or notification as bytes, with what routing needs to know of it. */
export interface InboundMessage {
  readonly bytes: Buffer;
  readonly method: string;
  /** JSON text of the id; absent for a notification. */
  readonly idText?: string;
  /** The event id the backend gave it on its stream, for resumption. */
  readonly eventId?: string;
}

/** Where a large answer goes while it arrives. */
export interface AnswerStream {
  write(chunk: Buffer): void;
  end(lastChunk: Buffer): void;
  abort(failure: BackendFailure): void;
}

/**
 * What comes back for one request: related messages, then exactly one of answer, answerStream or failed.
 * `full` and `onDrain` carry back-pressure from the caller's socket to the backend's.
 */
export interface AnswerReceiver {
  full(): boolean;
  onDrain(resume: () => void): void;
  /** A server request or notification that arrived on this request's own stream. */
  related(message: InboundMessage): void;
  /** The complete answer, its id verified, and the id of its event where it had one. */
  answer(bytes: Buffer, eventId?: string): void;
  /** The answer is large and begins to arrive; its last chunk comes only once it is verified. `length` in bytes. */
  answerStream(length?: number): AnswerStream;
  failed(failure: BackendFailure): void;
  /** The stream said where it can be taken up again, or how long to wait before that. */
  mark?(eventId: string | undefined, retryMs: number | undefined): void;
  /** The backend ended its stream in peace after it said when to come back: it wants to be polled. */
  paused?(): void;
}

/** What a transport tells its owner outside of any request. */
export interface TransportEvents {
  unsolicited(message: InboundMessage): void;
  /** The conversation is over: process exit, lost stream. Pending requests have been failed before. */
  closed(failure: BackendFailure): void;
  /** The backend answered as a server of the other era does: it may have been replaced. */
  otherEra?(): void;
}

/** A request under way. `abandon` frees what it holds here; telling the backend is the owner's business. */
export interface RequestHandle {
  abandon(): void;
  /**
   * Asks the backend whether it repeats what came after this event of the call, where the wire can do that. `told` gets
   * what leaves the present stream and takes it up there; nothing where the backend does not: the call goes on as it is.
   */
  repeats?(lastEventId: string, told: (repeat: (() => void) | undefined) => void): void;
}

/** A wire that was opened, or why it was not. `release` gives back what it shared with others; call it after `close`. */
export type OpenedTransport =
  | { readonly ok: true; readonly transport: Transport; readonly release: () => Promise<void> }
  | { readonly ok: false; readonly failure: BackendFailure };

/** One open conversation with one backend, on behalf of one client session. One implementation per wire. */
export interface Transport {
  request(request: RelayRequest, receiver: AnswerReceiver): RequestHandle;
  /** Asks for what came after this event of a call that is over, its answer above all. */
  repeat?(idText: string, caller: Principal, lastEventId: string, receiver: AnswerReceiver): RequestHandle;
  /** Sends a notification or a response; resolves once the backend took it, rejects never. */
  post(bytes: Buffer, caller: Principal): Promise<BackendFailure | undefined>;
  /** After initialize: fixes the protocol version and opens the listening stream where there is one. */
  established(protocolVersion: string, caller: Principal): void;
  /** The network may have changed: a stream that listens is opened anew, since it may be dead without a word. */
  wake?(): void;
  close(caller: Principal): Promise<void>;
}
