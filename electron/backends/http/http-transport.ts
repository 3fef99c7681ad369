import type { Dispatcher } from 'undici';
import type { Principal } from '../../../shared/identity/principal.ts';
import { failure, faultyAnswer } from '../failure.ts';
import type { HeaderPair, OutgoingHeaders } from '../outgoing/chain.ts';
import type { HeaderBuilder } from '../outgoing/request-headers.ts';
import type {
  AnswerReceiver,
  BackendFailure,
  RelayRequest,
  RequestHandle,
  Transport,
  TransportEvents,
} from '../transport.ts';
import { askForRepeat } from './ask-for-repeat.ts';
import { sendBrief } from './brief-request.ts';
import type { StreamPosition } from './event-answer.ts';
import { type HttpHandle, sendHttp } from './http-exchange.ts';
import { type ListenStream, openListenStream } from './listen-stream.ts';
import { looksLikeOtherEra } from './other-era.ts';
import { receivePost } from './post-response.ts';
import { type ProtocolHeaders, protocolHeaders } from './protocol-headers.ts';
import { resumeCall } from './resume-call.ts';
import { createWithHeaders, type StreamHeaders } from './with-headers.ts';

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
  const withHeaders = createWithHeaders(backend, options.buildHeaders, () => closed);

  function adoptSession(value: string | undefined): BackendFailure | undefined {
    if (value === undefined) return undefined;
    if (!SESSION_ID.test(value)) return faultyAnswer(backend, 'sent a session id that cannot be sent back');
    sessionId = value;
    protocol = protocolHeaders({ ...options, sessionId: value });
    return undefined;
  }

  function streamHeaders(caller: Principal): StreamHeaders {
    return (lastEventId, use, fail) => {
      const stage =
        lastEventId === undefined
          ? protocol.stream
          : [...protocol.stream, ['Last-Event-ID', lastEventId] as const];
      withHeaders(stage, caller, use, fail);
    };
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
      { ...options, idText, hasSession, receiver, over, headers: streamHeaders(caller) },
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
    const headers = streamHeaders(call.caller);
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
    return sendBrief({
      backend,
      url,
      pool,
      method,
      hasSession: sessionId !== undefined,
      headers: (use, fail) => withHeaders(stage, caller, use, fail),
      ...(body === undefined ? {} : { body }),
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
        headers: streamHeaders(caller),
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
