import type { Agent } from 'node:http';
import { createAgent } from './create-agent.ts';

/** One share in a pool of connections; dispose of it when the backend session ends. */
export interface PoolShare extends AsyncDisposable {
  readonly pool: Agent;
}

export interface ConnectionPools extends AsyncDisposable {
  /**
   * Connections to one origin for one identity. `identity` tells apart callers and captured header values, so that
   * two values never share a connection (B27, PAS-04).
   */
  share(origin: string, identity: string): PoolShare;
}

interface Entry {
  readonly pool: Agent;
  shares: number;
}

/** Keeps one pool of connections per origin and identity, alive as long as somebody holds a share. */
export function createConnectionPools(): ConnectionPools {
  const entries = new Map<string, Entry>();

  function open(key: string, origin: string): Entry {
    const entry = { pool: createAgent(new URL(origin)), shares: 0 };
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
          end(entry.pool);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const { pool } of entries.values()) end(pool);
      entries.clear();
    },
  };
}

/** Ends every connection, and what still waits for one. */
function end(pool: Agent): void {
  for (const waiting of Object.values(pool.requests).flat()) waiting?.destroy();
  pool.destroy();
}
