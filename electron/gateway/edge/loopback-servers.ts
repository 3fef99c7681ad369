import type { Server } from 'node:http';
import { openLoopbackServer, type Patience } from './loopback-server.ts';

export interface LoopbackServers {
  readonly servers: readonly Server[];
  readonly port: number;
  /** Host and port as they stand in an address. */
  readonly authority: string;
}

/** A free port of one address may be taken on the other; so often another one is tried. */
const ATTEMPTS = 20;

/**
 * Opens the addresses behind one host setting: `localhost` is either address, depending on the system, so that with ::1
 * on both are served (NET-03). A port that another program holds on one of them is an error: half of the clients would
 * give it their tokens.
 */
export async function openLoopbackServers(
  port: number,
  host: '127.0.0.1' | '::1',
  patience: Patience,
): Promise<LoopbackServers> {
  for (let attempt = 1; ; attempt++) {
    const { server, port: bound, authority } = await openLoopbackServer(port, host, patience);
    if (host === '127.0.0.1') return { servers: [server], port: bound, authority };
    try {
      const other = await openLoopbackServer(bound, '127.0.0.1', patience);
      return { servers: [server, other.server], port: bound, authority };
    } catch (error) {
      server.close();
      if (port !== 0 || attempt === ATTEMPTS) throw error;
    }
  }
}
