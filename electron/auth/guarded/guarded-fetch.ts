import { Agent, fetch as undiciFetch } from 'undici';
import { guardedConnector } from './guarded-connect.ts';
import { GuardedRequestError, guardedFaultOf } from './guarded-error.ts';
import { type Reach, type Resolve, systemResolve } from './reach.ts';

export interface GuardedFetchOptions {
  readonly reach: Reach;
  readonly resolve?: Resolve;
  /** Largest body that is read, in bytes. */
  readonly maxBytes?: number;
  /** Longest a whole request may take, redirects and body included, in ms. */
  readonly maxTime?: number;
}

/** A `fetch` for everything that a backend's or an issuer's metadata makes us ask for. */
export interface GuardedFetch extends AsyncDisposable {
  (url: string | URL, init?: RequestInit): Promise<Response>;
}

const MAX_BYTES = 1024 * 1024;
const MAX_TIME = 10_000;
const MAX_REDIRECTS = 3;

/**
 * Makes a guarded `fetch`: dial-time address checks, https only except within the user's own network, GET redirects on
 * the same origin only (at most 3), none at all for other methods, the body cut at `maxBytes`, everything within
 * `maxTime`. Throws `GuardedRequestError`. Never uses a proxy, a cookie or a cache.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const agent = new Agent({
    connect: guardedConnector(options.reach, options.resolve ?? systemResolve),
    maxResponseSize: -1,
    connections: 4,
    keepAliveTimeout: 4_000,
    // Header sections of backends are capped likewise (threats.md 5.2).
    maxHeaderSize: 32 * 1024,
  });
  const maxBytes = options.maxBytes ?? MAX_BYTES;

  const guarded = async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
    const limit = AbortSignal.timeout(options.maxTime ?? MAX_TIME);
    const signal =
      init.signal === undefined || init.signal === null ? limit : AbortSignal.any([limit, init.signal]);
    const start = checkedUrl(input);
    try {
      return await follow(agent, start, { ...init, signal, redirect: 'manual' }, maxBytes);
    } catch (failure) {
      if (limit.aborted) throw new GuardedRequestError('timeout', `${start.origin} took too long to answer.`);
      const own = guardedFaultOf(failure);
      if (own !== undefined) throw own;
      if (init.signal?.aborted === true) throw failure;
      throw new GuardedRequestError('unreachable', `${start.origin} cannot be reached.`);
    }
  };
  return Object.assign(guarded, { [Symbol.asyncDispose]: () => agent.destroy() });
}

function checkedUrl(input: string | URL): URL {
  const url = new URL(`${input}`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new GuardedRequestError('scheme', `${url.protocol} addresses are not asked.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new GuardedRequestError('scheme', `${url.origin} is given with a user name.`);
  }
  return url;
}

async function follow(agent: Agent, start: URL, init: RequestInit, maxBytes: number): Promise<Response> {
  let url = start;
  const mayFollow = (init.method ?? 'GET').toUpperCase() === 'GET';
  for (let hop = 0; ; hop += 1) {
    // undici's own fetch: Node's built-in one does not take this agent.
    const response = await undiciFetch(url.href, { ...(init as object), dispatcher: agent });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) {
      return buffered(response as unknown as Response, url, maxBytes);
    }
    await response.body?.cancel();
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
    if (!mayFollow || hop >= MAX_REDIRECTS || next?.origin !== url.origin) {
      throw new GuardedRequestError('redirect', `${url.origin} redirects, which is not followed.`);
    }
    url = next;
  }
}

/** Reads the body to its end, so that no library above can be made to read without one. */
async function buffered(response: Response, url: URL, maxBytes: number): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new GuardedRequestError('too-large', `${url.origin} answered with more than ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  const { status, statusText } = response;
  // `Response` refuses a body with these, also an empty one.
  const body = [101, 204, 205, 304].includes(status) ? null : Buffer.concat(chunks);
  const headers = new Headers([...response.headers].filter(([name]) => !DECODED.has(name)));
  return new Response(body, { status, statusText, headers });
}

/** The body is decoded and whole: these would be wrong about it. Cookies are nobody's business here. */
const DECODED: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'set-cookie',
]);
