import type { Dispatcher } from 'undici';
import type { Principal } from '../../../shared/identity/principal.ts';
import { authFailure } from '../auth-failure.ts';
import { failure, faultyAnswer, unreachable } from '../failure.ts';
import { statusFailure } from '../http/error-answer.ts';
import { type HttpHandle, sendHttp } from '../http/http-exchange.ts';
import { protocolHeaders } from '../http/protocol-headers.ts';
import { type HeaderPair, headersFailure, type OutgoingHeaders } from '../outgoing/chain.ts';
import type { HeaderBuilder } from '../outgoing/request-headers.ts';
import type { BackendFailure, Transport, TransportEvents } from '../transport.ts';
import { MAX_MESSAGE_BYTES } from '../wire/answer-check.ts';
import { conversationOver, createCorrelation } from '../wire/correlation.ts';
import { createSseSplitter } from '../wire/sse-splitter.ts';

export interface SseTransportOptions {
  readonly backend: string;
  readonly url: URL;
  readonly pool: Dispatcher;
  readonly buildHeaders: HeaderBuilder;
  readonly userAgent: string;
  readonly hop: string;
  readonly caller: Principal;
  /** Ends the wait for the endpoint event; without effect once the transport is open. */
  readonly signal?: AbortSignal;
  readonly events: TransportEvents;
  readonly sent: (headers: OutgoingHeaders) => void;
  readonly dropped: () => void;
  readonly refused: (status: number, challenge: string | undefined) => void;
}

export type SseOpening =
  | { readonly ok: true; readonly transport: Transport }
  | { readonly ok: false; readonly failure: BackendFailure };

/**
 * Opens the HTTP+SSE wire of MCP 2024-11-05: a GET stream that names the address to POST to, and carries all
 * answers. The address must be of the stream's own origin (protocol.md hazard 25).
 */
export function openSseTransport(options: SseTransportOptions): Promise<SseOpening> {
  const { backend, pool } = options;
  const protocol = protocolHeaders(options);
  const correlation = createCorrelation(backend, options.events.unsolicited, options.dropped);
  let stream: HttpHandle | undefined;
  let postUrl: URL | undefined;
  let closed = false;

  async function headersFor(
    stage: readonly HeaderPair[],
    caller: Principal,
  ): Promise<OutgoingHeaders | BackendFailure> {
    try {
      const built = await options.buildHeaders(stage, caller);
      if (built.ok) return built.headers;
      return authFailure(built);
    } catch (error) {
      return headersFailure(backend, error);
    }
  }

  function post(
    bytes: Buffer,
    headers: OutgoingHeaders,
    end: (fault: BackendFailure | undefined) => void,
  ): HttpHandle {
    options.sent(headers);
    let status = 0;
    const url = postUrl ?? options.url;
    return sendHttp(
      pool,
      { backend, url, method: 'POST', headers: headers.flat, body: bytes },
      {
        started(response) {
          status = response.status;
          if (status === 401 || status === 403) options.refused(status, response.header('www-authenticate'));
        },
        data: () => undefined,
        ended: () => end(status < 300 ? undefined : statusFailure(backend, status, true)),
        failed: end,
      },
    );
  }

  const transport: Transport = {
    request(call, receiver) {
      const expected = correlation.expect(call, receiver);
      void headersFor(protocol.post, call.caller).then((headers) => {
        if ('code' in headers) correlation.fail(call, headers);
        else post(call.bytes, headers, (fault) => fault !== undefined && correlation.fail(call, fault));
      });
      return expected;
    },
    async post(bytes, caller) {
      const headers = await headersFor(protocol.post, caller);
      if ('code' in headers) return headers;
      return await new Promise((resolve) => post(bytes, headers, resolve));
    },
    established: () => undefined,
    async close() {
      closed = true;
      stream?.abort();
      correlation.failAll(conversationOver(backend, 'the session was closed'));
    },
  };

  function lost(fault: BackendFailure): void {
    if (closed) return;
    closed = true;
    correlation.failAll(fault);
    options.events.closed(fault);
  }

  return new Promise<SseOpening>((resolve) => {
    const splitter = createSseSplitter(MAX_MESSAGE_BYTES, (event) => {
      if (event.data === undefined || closed) return;
      if (event.event === 'endpoint' && postUrl === undefined) {
        postUrl = endpointUrl(options.url, event.data.toString('utf8'));
        if (postUrl !== undefined) resolve({ ok: true, transport });
        else {
          closed = true;
          stream?.abort();
          resolve({
            ok: false,
            failure: faultyAnswer(backend, 'named an address of another origin to send messages to'),
          });
        }
      } else if (!correlation.deliver(event.data)) options.dropped();
    });
    const fail = (fault: BackendFailure): void => {
      resolve({ ok: false, failure: fault });
      lost(fault);
    };
    options.signal?.addEventListener('abort', () => {
      if (postUrl !== undefined) return;
      stream?.abort();
      fail(failure('backend.timeout', `${backend} did not say in time where to send messages`));
    });
    void headersFor(protocol.stream, options.caller).then((headers) => {
      if ('code' in headers) {
        fail(headers);
        return;
      }
      if (closed) return;
      options.sent(headers);
      let streaming = false;
      stream = sendHttp(
        pool,
        { backend, url: options.url, method: 'GET', headers: headers.flat },
        {
          started(response) {
            streaming = response.status === 200;
            if (streaming) return;
            if (response.status === 401 || response.status === 403) {
              options.refused(response.status, response.header('www-authenticate'));
            }
            response.abort();
            fail(statusFailure(backend, response.status, false));
          },
          data(chunk) {
            if (!streaming || splitter.push(chunk)) return;
            stream?.abort();
            fail(faultyAnswer(backend, 'sent an event over 32 MiB', 'backend.answer-too-large'));
          },
          ended: () => fail(unreachable(backend, 'its event stream ended')),
          failed: fail,
        },
      );
    });
  });
}

function endpointUrl(stream: URL, text: string): URL | undefined {
  if (!URL.canParse(text.trim(), stream.href)) return undefined;
  const url = new URL(text.trim(), stream.href);
  return url.origin === stream.origin ? url : undefined;
}
