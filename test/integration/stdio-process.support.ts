import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Child, type ChildOptions, startChild } from '../../electron/backends/stdio/child.ts';
import type { ExitInfo } from '../../electron/backends/stdio/child-exit.ts';
import { until } from '../support/until.ts';

/** A started child with everything that it said. */
export interface Observed {
  readonly child: Child;
  readonly lines: string[];
  readonly exits: ExitInfo[];
  errorText(): string;
  /** The first line, parsed, once it is there. */
  firstLine(): Promise<Record<string, unknown>>;
  exited(): Promise<ExitInfo>;
}

/** The path of a script in test/backends/processes. */
export function script(name: string): string {
  return fileURLToPath(new URL(`../backends/processes/${name}`, import.meta.url));
}

/** Starts one of these scripts with this Node, or whatever `options` say instead. */
export function observe(
  name: string,
  args: readonly string[] = [],
  options: Partial<ChildOptions> = {},
): Observed {
  const lines: string[] = [];
  const exits: ExitInfo[] = [];
  let errorText = '';
  const child = startChild(
    { name: 'tested', command: process.execPath, args: [script(name), ...args], env: {}, ...options },
    {
      line: (bytes) => lines.push(bytes.toString('utf8')),
      stderr: (text) => {
        errorText = (errorText + text).slice(-1_000);
      },
      exited: (info) => exits.push(info),
    },
  );
  return {
    child,
    lines,
    exits,
    errorText: () => errorText,
    firstLine: async () => JSON.parse(await until(() => lines[0], `the first line of ${name}: ${errorText}`)),
    exited: () => until(() => exits[0], `the end of ${name}`, 10_000),
  };
}

/** Whether a process runs; a zombie, which has ended and waits to be reaped, does not. */
export function isRunning(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return state !== '' && !state.startsWith('Z');
  } catch {
    return false;
  }
}

/** Waits until none of these processes runs any more. */
export async function allEnded(pids: readonly number[], deadlineMs = 5_000): Promise<void> {
  await until(() => !pids.some(isRunning), `the end of the processes ${pids.join(', ')}`, deadlineMs);
}
