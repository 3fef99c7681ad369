import type { Agent, AgentOptions } from 'node:http';
import type { Socket } from 'node:net';

// Not by `import`, which reads every export: see the gateway's own server.
const { Agent: HttpAgent } = process.getBuiltinModule('node:http');

/** Longest wait for a TCP and TLS connection (HTP-01: an answer within 5 s). */
const CONNECT_TIMEOUT_MS = 5_000;
/** The code of the error of a connection that took longer. */
export const CONNECT_TIMEOUT = 'CONNECT_TIMEOUT';

/**
 * How long a connection is kept without use where the backend does not say it: common servers close after 5 s, and a
 * request that meets a closing connection is lost.
 */
const IDLE_MS = 4_000;

const OPTIONS: AgentOptions = {
  keepAlive: true,
  maxSockets: 256,
  maxFreeSockets: 256,
};

/**
 * The connections to one origin. Node's own client and not a library: it is loaded already, which saves 17 MiB.
 */
export function createAgent(origin: URL): Agent {
  const isSecure = origin.protocol === 'https:';
  // Proxies of the environment are for remote backends; nothing on this computer goes through one (NET-06).
  const options = isLoopback(origin.hostname) ? OPTIONS : { ...OPTIONS, proxyEnv: process.env };
  // TLS is loaded for those who need it.
  const agent = isSecure
    ? new (process.getBuiltinModule('node:https').Agent)(options)
    : new HttpAgent(options);
  // One agent serves one origin: connections need not be told apart.
  agent.getName = () => '';
  // What else is done for a kept connection, at every request: reading all fields of the answer for one hint.
  agent.keepSocketAlive = () => true;
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => {
    const socket = connect(options, done);
    if (socket === null || socket === undefined) return socket;
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('no connection in time'), { code: CONNECT_TIMEOUT }));
    }, CONNECT_TIMEOUT_MS);
    // The agent closes what times out while nobody uses it; a request in between is not touched.
    if ('setTimeout' in socket) (socket as Socket).setTimeout(IDLE_MS);
    const settled = (): void => clearTimeout(timer);
    socket.once(isSecure ? 'secureConnect' : 'connect', settled).once('close', settled);
    return socket;
  };
  return agent;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Keeps a connection no longer than its backend announced (`Keep-Alive: timeout=5`, RFC 2068 section 19.7.1), less a
 * second for the way.
 */
export function shortenIdle(socket: Socket, keepAlive: string): void {
  const seconds = /timeout=(\d{1,6})/i.exec(keepAlive)?.[1];
  if (seconds === undefined) return;
  const idle = Math.max(1, (Number(seconds) - 1) * 1000);
  if (idle < IDLE_MS && socket.timeout !== idle) socket.setTimeout(idle);
}
