import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createLatch } from './latch.ts';

/** Generous: on a busy machine a start takes ten times as long. */
const READY_WITHIN_MS = 45_000;
const KILL_AFTER_MS = 10_000;

/** How to start a script: `env` is added to a clean environment that holds PATH and HOME only. */
export interface StartOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Given to Node itself, before the script. */
  readonly nodeFlags?: readonly string[];
  /** Written to its standard input, which then ends. */
  readonly stdin?: string;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that said that it is ready. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  /** Its ready line: the first JSON line with `"event":"ready"`. */
  readonly ready: { readonly event: 'ready'; readonly url: string; readonly [key: string]: unknown };
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it wrote until now. */
  output(): { stdout: string; stderr: string };
  /** Sends SIGTERM (SIGKILL when that does not help within 10 s) and resolves to how it ended. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

/**
 * Starts a script with this Node and waits for its JSON ready line on standard output.
 * @throws When it ends, or stays silent for 45 s, before being ready; the error holds its stderr.
 */
export async function startScript(
  script: string,
  args: string[],
  options: StartOptions = {},
): Promise<Running> {
  const { child, ended, output } = launch(script, args, options);
  const ready = createLatch<Running['ready']>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.includes('"event":"ready"')) ready.open(JSON.parse(line));
  });
  const timer = setTimeout(
    () => ready.fail(new Error(`not ready in time: ${output().stderr}`)),
    READY_WITHIN_MS,
  );
  void ended.then(({ code, stderr }) => ready.fail(new Error(`ended with ${code} before ready: ${stderr}`)));
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
    child.kill(signal);
    const hard = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    return ended.finally(() => clearTimeout(hard));
  };
  try {
    const line = await ready.promise;
    const dispose = async (): Promise<void> => void (await stop());
    return { pid: child.pid ?? 0, ready: line, child, ended, output, stop, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a script with this Node to its end. */
export function runScript(script: string, args: string[], options: StartOptions = {}): Promise<Ended> {
  return launch(script, args, options).ended;
}

function launch(script: string, args: string[], options: StartOptions) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), script, ...args], {
    stdio: 'pipe',
    env: { PATH, HOME, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  if (options.stdin !== undefined) child.stdin.end(options.stdin);
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, stdout, stderr }));
  return { child, ended, output: () => ({ stdout, stderr }) };
}
