import type { Dispatcher } from 'undici';
import { failure } from '../failure.ts';
import type { OutgoingHeaders } from '../outgoing/chain.ts';
import type { BackendFailure } from '../transport.ts';
import { statusFailure } from './error-answer.ts';
import { sendHttp } from './http-exchange.ts';

/** A request whose status is all that matters: a notification, a response of the client's, the end of a session. */
export interface BriefRequest {
  readonly backend: string;
  readonly url: URL;
  readonly pool: Dispatcher;
  readonly method: 'POST' | 'DELETE';
  readonly body?: Buffer;
  /** The backend gave a session id, which it may have forgotten. */
  readonly hasSession: boolean;
  readonly headers: (
    use: (headers: OutgoingHeaders) => void,
    fail: (failure: BackendFailure) => void,
  ) => void;
}

/** Longest wait for the status, in ms. */
const LONGEST_WAIT_MS = 5_000;

/** Sends it and resolves with what went wrong, if anything; never rejects. */
export function sendBrief(request: BriefRequest): Promise<BackendFailure | undefined> {
  const { backend, pool, url, method, body, hasSession } = request;
  return new Promise((resolve) => {
    const send = (headers: OutgoingHeaders): void => {
      const timer = setTimeout(() => {
        handle.abort();
        resolve(failure('backend.timeout', `${backend} did not take a message in time`));
      }, LONGEST_WAIT_MS);
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
          ended: () => end(status < 300 ? undefined : statusFailure(backend, status, hasSession)),
          failed: end,
        },
      );
    };
    request.headers(send, resolve);
  });
}
