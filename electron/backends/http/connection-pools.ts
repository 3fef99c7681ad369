// The pool alone: the whole library brings fetch, caches and web sockets, 10 MiB of memory and 40 ms of every start.
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import { isLoopbackHost } from '../../../shared/config/addresses.ts';

/** One share in a pool of connections; dispose of it when the backend session ends. */
export interface PoolShare extends AsyncDisposable {
  readonly pool: Dispatcher;
}

export interface ConnectionPools extends AsyncDisposable {
  /**
   * Connections to one origin for one identity. `identity` tells apart callers and captured header values, so that
   * two values never share a connection (B27, PAS-04).
   */
  share(origin: string, identity: string): PoolShare;
}

/** Longest wait for a TCP and TLS connection (HTP-01: an answer within 5 s). */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * No limit on the number of connections: each session has a listening stream of its own and up to 128 calls, so a limit
 * for all sessions of one caller would let some of them starve the others (RES-02, RES-04).
 */
const OPTIONS = {
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
  maxHeaderSize: 32 * 1024,
  connectTimeout: CONNECT_TIMEOUT_MS,
  allowH2: false,
};

type ProxyAgent = typeof import('undici').EnvHttpProxyAgent;

/** What serves the proxies of the environment, where there are any. */
async function loadProxyAgent(): Promise<ProxyAgent | undefined> {
  const variables = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];
  if (variables.every((name) => (process.env[name] ?? '') === '')) return undefined;
  return (await import('undici/lib/dispatcher/env-http-proxy-agent.js')).default;
}

interface Entry {
  readonly pool: Dispatcher;
  shares: number;
}

/** A proxy's agent serves many origins, so it is told with each request; a pool knows its one. */
function throughProxy(origin: string, Agent: ProxyAgent): Dispatcher {
  const tell: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
    dispatch({ ...options, origin }, handler);
  return new Agent(OPTIONS).compose(tell);
}

/**
 * Keeps one undici pool per origin and identity, alive as long as somebody holds a share. Proxies of the environment are
 * for remote backends; nothing on this computer goes through one (NET-06).
 */
export async function createConnectionPools(): Promise<ConnectionPools> {
  const Agent = await loadProxyAgent();
  const entries = new Map<string, Entry>();

  function open(key: string, origin: string): Entry {
    const isRemote = !isLoopbackHost(new URL(origin).hostname);
    const pool = isRemote && Agent !== undefined ? throughProxy(origin, Agent) : new Pool(origin, OPTIONS);
    const entry = { pool, shares: 0 };
    entries.set(key, entry);
    return entry;
  }

  return {
    share(origin, identity) {
      const key = `${origin}\0${identity}`;
      const entry = entries.get(key) ?? open(key, origin);
      entry.shares++;
      let held = true;
      return {
        pool: entry.pool,
        async [Symbol.asyncDispose]() {
          if (!held) return;
          held = false;
          if (--entry.shares > 0) return;
          entries.delete(key);
          await entry.pool.destroy();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      const open = [...entries.values()];
      entries.clear();
      await Promise.all(open.map(({ pool }) => pool.destroy()));
    },
  };
}
