import { fileURLToPath } from 'node:url';

/** How the stdio backend behaves, beyond being honest. */
export interface StdioBackendOptions {
  readonly serverName?: string;
  /** A line on standard output before any message. */
  readonly banner?: string;
  /** Text on standard error at the start. */
  readonly stderr?: string;
  /** Answers every list with "method not found". */
  readonly noList?: boolean;
  readonly ignoreSigterm?: boolean;
  /** Stays alive when its standard input ends. */
  readonly ignoreStdinEnd?: boolean;
  /** Reads nothing for so long. */
  readonly slowStartMs?: number;
  /** Exits with this code at once. */
  readonly exitAtStart?: number;
  /** Starts a process of its own that outlives it, two minutes at most; the tool `child` gives its id. */
  readonly withChild?: boolean;
  /** Dies when it sees any request before initialize, as some servers do. */
  readonly strictStart?: boolean;
}

/** The command line of the stdio backend, as a backend entry of the config has it. */
export function stdioBackend(options: StdioBackendOptions = {}): { command: string; args: string[] } {
  const script = fileURLToPath(new URL('stdio-backend.ts', import.meta.url));
  return { command: process.execPath, args: [script, JSON.stringify(options)] };
}
