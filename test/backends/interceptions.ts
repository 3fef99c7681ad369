import type { LoggedRequest } from './request-log.ts';
import type { Interception } from './response-writing.ts';

/** Decides, before anything else, whether a request gets another answer than the honest one. */
export type Intercept = (request: LoggedRequest) => Interception | undefined;

/** Answers every request (or those that `when` accepts) with this status: 401, 403, 500, 503, ... */
export function refuseWith(
  status: number,
  headers: Record<string, string> = {},
  when: (request: LoggedRequest) => boolean = () => true,
): Intercept {
  return (request) => (when(request) ? { status, headers, body: '' } : undefined);
}

/** 401 for each request that lacks this header: a backend that lives on a passthrough header. */
export function demandHeader(name: string, challenge = 'Bearer'): Intercept {
  return refuseWith(401, { 'www-authenticate': challenge }, (request) => request.header(name) === undefined);
}

/** Redirects every request to a URL, or to a path of this backend. */
export function redirectTo(location: string, status: 301 | 302 | 303 | 307 | 308 = 307): Intercept {
  return () => ({ status, headers: { location } });
}

/** Leads each request through this many redirects (`/hop/1`, `/hop/2`, ...) and then answers honestly. */
export function redirectChain(hops: number, status: 307 | 308 = 307): Intercept {
  return ({ path }) => {
    const hop = Number(/^\/hop\/(\d+)$/.exec(path)?.[1] ?? 0);
    return hop < hops ? { status, headers: { location: `/hop/${hop + 1}` } } : undefined;
  };
}

/** The first interception of these that applies. */
export function firstOf(...intercepts: readonly Intercept[]): Intercept {
  return (request) => {
    for (const intercept of intercepts) {
      const found = intercept(request);
      if (found) return found;
    }
    return undefined;
  };
}
