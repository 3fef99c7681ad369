import type { Principal } from '../../../shared/identity/principal.ts';
import { authFailure } from '../auth-failure.ts';
import { failure } from '../failure.ts';
import { type HeaderPair, headersFailure, type OutgoingHeaders } from '../outgoing/chain.ts';
import type { HeaderBuilder, RequestHeaders } from '../outgoing/request-headers.ts';
import type { BackendFailure } from '../transport.ts';

type Use = (headers: OutgoingHeaders) => void;
type Fail = (failure: BackendFailure) => void;

/** Builds the headers of one request and hands them to `use`, or to `fail` why there are none; exactly one, once. */
export type WithHeaders = (stage: readonly HeaderPair[], caller: Principal, use: Use, fail: Fail) => void;

/** The same for the GET of a stream; `lastEventId` where it takes an earlier one up. */
export type StreamHeaders = (lastEventId: string | undefined, use: Use, fail: Fail) => void;

/** Synchronous as long as no credential has to be waited for; a transport that is closed meanwhile sends nothing. */
export function createWithHeaders(
  backend: string,
  buildHeaders: HeaderBuilder,
  isClosed: () => boolean,
): WithHeaders {
  return (stage, caller, use, fail) => {
    const proceed = (built: RequestHeaders): void => {
      if (!built.ok) fail(authFailure(built));
      else if (isClosed()) fail(failure('backend.off', `${backend} is closed`, { notProcessed: true }));
      else use(built.headers);
    };
    // A throw here would be nobody's: the session is opened in the background (contract section 4, "error, never
    // overwrite").
    let built: ReturnType<HeaderBuilder>;
    try {
      built = buildHeaders(stage, caller);
    } catch (error) {
      fail(headersFailure(backend, error));
      return;
    }
    if (built instanceof Promise)
      built.then(proceed, (error: unknown) => fail(headersFailure(backend, error)));
    else proceed(built);
  };
}
