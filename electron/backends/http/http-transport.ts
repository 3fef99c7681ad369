import type { Dispatcher } from 'undici';
import type { Principal } from '../../../shared/identity/principal.ts';
import { authFailure } from '../auth-failure.ts';
import { failure, faultyAnswer } from '../failure.ts';
import { type HeaderPair, headersFailure, type OutgoingHeaders } from '../outgoing/chain.ts';
import type { HeaderBuilder, RequestHeaders } from '../outgoing/request-headers.ts';
import type {
  AnswerReceiver,
  BackendFailure,
  RelayRequest,
  RequestHandle,
  Transport,
  TransportEvents,
} from '../transport.ts';
import { askForRepeat } from './ask-for-repeat.ts';
import { statusFailure } from './error-answer.ts';
import type { StreamPosition } from './event-answer.ts';
import { type HttpHandle, sendHttp } from './http-exchange.ts';
import { type ListenStream, openListenStream } from './listen-stream.ts';
import { looksLikeOtherEra } from './other-era.ts';
import { receivePost } from './post-response.ts';
import { type ProtocolHeaders, protocolHeaders } from './protocol-headers.ts';
import { type ResumeOptions, resumeCall } from './resume-call.ts';

export interface HttpTransportOptions {
  readonly backend: string;
  readonly url: URL;
  readonly pool: Dispatcher;
  readonly buildHeaders: HeaderBuilder;
  readonly userAgent: string;
  readonly hop: string;
  readonly events: TransportEvents;
  /** Told of every request's headers, by kind: what the sessions view shows (names and sources). */
  readonly sent: (headers: OutgoingHeaders) => void;
  readonly dropped: () => void;
  readonly refused: (status: number, challenge: string | undefined) => void;
  readonly now: () => number;
  /** The protocol stage of one request where it depends on the body: the modern era repeats it in headers. */
  readonly requestStage?: (request: RelayRequest) => readonly HeaderPair[];
}

/** Longest wait for a DELETE or for the answer to a notification, in ms. */
const SHORT_REQUEST_MS = 5_000;

/** A session id that we can send back in a header: visible ASCII, bounded (HTP-10). */
const SESSION_ID = /^[\x21-\x7e]{1,1024}$/;

/** The Streamable HTTP wire towards one backend, for one client session. */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  const { backend, pool, url } = options;
  const isModern = options.requestStage !== undefined;
  let sessionId: string | undefined;
  let protocol: ProtocolHeaders = protocolHeaders(options);
  let listening: ListenStream | undefined;
  let closed = false;
  const open = new Map<HttpHandle, AnswerReceiver>();

  function withHeaders(
    stage: readonly HeaderPair[],
    caller: Principal,
    use: (headers: OutgoingHeaders) => void,
    fail: (failure: BackendFailure) => void,
  ): void {
    const proceed = (built: RequestHeaders): void => {
      if (!built.ok) fail(authFailure(built));
      else if (closed) fail(failure('backend.off', `${backend} is closed`, { notProcessed: true }));
      else use(built.headers);
    };
    // A throw here would be nobody's: the session is opened in the background (contract section 4, "error, never
    // overwrite").
    let built: ReturnType<HeaderBuilder>;
    try {
      built = options.buildHeaders(stage, caller);
    } catch (error) {
      fail(headersFailure(backend, error));
      return;
    }
    if (built instanceof Promise)
      built.then(proceed, (error: unknown) => fail(headersFailure(backend, error)));
    else proceed(built);
  }

  function adoptSession(value: string | undefined): BackendFailure | undefined {
    if (value === undefined) return undefined;
    if (!SESSION_ID.test(value)) return faultyAnswer(backend, 'sent a session id that cannot be sent back');
    sessionId = value;
    protocol = protocolHeaders({ ...options, sessionId: value });
    return undefined;
  }

  function resuming(caller: Principal): ResumeOptions['headers'] {
    return (lastEventId, use, fail) =>
      withHeaders([...protocol.stream, ['Last-Event-ID', lastEventId]], caller, use, fail);
  }

  function repeat(
    idText: string,
    caller: Principal,
    lastEventId: string,
    receiver: AnswerReceiver,
  ): RequestHandle {
    const over = (): void => void open.delete(handle);
    const hasSession = sessionId !== undefined;
    const handle = resumeCall(
      { ...options, idText, hasSession, receiver, over, headers: resuming(caller) },
      { lastEventId, retryMs: 0 },
    );
    open.set(handle, receiver);
    return { abandon: handle.abort };
  }

  function request(call: RelayRequest, receiver: AnswerReceiver): RequestHandle {
    let handle: HttpHandle | undefined;
    let abandoned = false;
    const over = (): void => {
      if (handle !== undefined) open.delete(handle);
    };
    const takeUp = (position: StreamPosition, endedInPeace: boolean): void => {
      over();
      if (abandoned || closed) return;
      if (endedInPeace && position.retryMs !== undefined) receiver.paused?.();
      handle = resumeCall(
        { ...options, idText: call.idText, hasSession: sessionId !== undefined, receiver, over, headers },
        position,
      );
      open.set(handle, receiver);
    };
    const headers = resuming(call.caller);
    withHeaders(
      options.requestStage?.(call) ?? protocol.post,
      call.caller,
      (headers) => {
        if (abandoned) return;
        options.sent(headers);
        const response = receivePost(
          {
            backend,
            idText: call.idText,
            hasSession: sessionId !== undefined,
            adoptSession: call.method === 'initialize' ? adoptSession : undefined,
            dropped: options.dropped,
            refused: options.refused,
            turnedAway: (status, body) => {
              if (looksLikeOtherEra(isModern, status, body)) options.events.otherEra?.();
            },
            // The era without sessions has no way back to a stream.
            ...(isModern ? {} : { resume: takeUp }),
          },
          receiver,
          over,
        );
        handle = sendHttp(
          pool,
          { backend, url, method: 'POST', headers: headers.flat, body: call.bytes },
          response,
        );
        open.set(handle, receiver);
      },
      (fault) => receiver.failed(fault),
    );
    return {
      abandon() {
        abandoned = true;
        if (handle === undefined) return;
        open.delete(handle);
        handle.abort();
      },
      repeats(lastEventId, told) {
        askForRepeat({ backend, url, pool, headers }, lastEventId, (does) => {
          const present = handle;
          if (!does || present === undefined || abandoned || closed) told(undefined);
          else
            told(() => {
              open.delete(present);
              present.abort();
              takeUp({ lastEventId, retryMs: undefined }, false);
            });
        });
      },
    };
  }

  function brief(method: 'POST' | 'DELETE', stage: readonly HeaderPair[], caller: Principal, body?: Buffer) {
    return new Promise<BackendFailure | undefined>((resolve) => {
      const begin = (headers: OutgoingHeaders): void => {
        const timer = setTimeout(() => {
          handle.abort();
          resolve(failure('backend.timeout', `${backend} did not take a message in time`));
        }, SHORT_REQUEST_MS);
        timer.unref();
        const end = (fault: BackendFailure | undefined): void => {
          clearTimeout(timer);
          resolve(fault);
        };
        let status = 0;
        const handle = sendHttp(
          pool,
          { backend, url, method, headers: headers.flat, ...(body === undefined ? {} : { body }) },
          {
            started(response) {
              status = response.status;
            },
            data: () => undefined,
            ended: () =>
              end(status < 300 ? undefined : statusFailure(backend, status, sessionId !== undefined)),
            failed: end,
          },
        );
      };
      withHeaders(stage, caller, begin, resolve);
    });
  }

  return {
    request,
    ...(isModern ? {} : { repeat }),
    async post(bytes, caller) {
      return await brief('POST', protocol.post, caller, bytes);
    },
    established(protocolVersion, caller) {
      protocol = protocolHeaders({
        ...options,
        protocolVersion,
        ...(sessionId === undefined ? {} : { sessionId }),
      });
      listening = openListenStream({
        backend,
        url,
        pool,
        hasSession: sessionId !== undefined,
        headers: (use, fail, lastEventId) => {
          const resume: readonly HeaderPair[] =
            lastEventId === undefined ? [] : [['Last-Event-ID', lastEventId]];
          withHeaders(
            resume.length === 0 ? protocol.stream : [...protocol.stream, ...resume],
            caller,
            use,
            fail,
          );
        },
        events: options.events,
        dropped: options.dropped,
        now: options.now,
      });
    },
    wake: () => listening?.renew(),
    async close(caller) {
      listening?.close();
      const ending = sessionId === undefined ? undefined : brief('DELETE', protocol.remove, caller);
      const waiting = [...open];
      open.clear();
      for (const [handle, receiver] of waiting) {
        handle.abort();
        receiver.failed(failure('backend.session-lost', `${backend} was left while it had the request`));
      }
      await ending;
      closed = true;
    },
  };
}
