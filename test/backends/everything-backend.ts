import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
);
const PRELOAD = new URL('everything-preload.ts', import.meta.url).href;

/** The reference server "everything", listening. */
export interface EverythingBackend extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Its command line over stdio. */
export function everythingCommand(): { command: string; args: string[] } {
  return { command: process.execPath, args: [SCRIPT, 'stdio'] };
}

/**
 * Starts it over Streamable HTTP on a free loopback port (over `sse` on request).
 * @throws When it ends before it listens, with what it wrote on stderr.
 */
export async function startEverythingBackend(
  transport: 'streamableHttp' | 'sse' = 'streamableHttp',
): Promise<EverythingBackend> {
  const child = spawn(process.execPath, ['--import', PRELOAD, SCRIPT, transport], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH ?? '' },
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = once(child, 'exit');
  const failed = exited.then(([code]): never => {
    throw new Error(`the everything server ended with ${String(code)}: ${stderr}`);
  });
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [{ port: number }];
  // From here on its end is no failure.
  failed.catch(() => undefined);
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const path = transport === 'sse' ? 'sse' : 'mcp';
  const url = `http://127.0.0.1:${message.port}/${path}`;
  return { url, pid: child.pid ?? 0, close, [Symbol.asyncDispose]: close };
}
