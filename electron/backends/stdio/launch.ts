import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { statSync } from 'node:fs';
import crossSpawn from 'cross-spawn';
import { resolveCommand } from './resolve-command.ts';

export interface LaunchOptions {
  readonly command: string;
  /** Passed on literally, never through a shell (STD-02). */
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The complete environment of the child; nothing of ours is added (STD-09). */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts the process without a shell (STD-02), in its own group. Answers the process, or a sentence on why there is
 * none. A process without `pid` could not be started either: its 'error' event follows (EACCES, EMFILE, EAGAIN).
 */
export function launch(options: LaunchOptions): ChildProcess | string {
  const { env, cwd = process.cwd(), args, command } = options;
  if (!isFolder(cwd)) return `Its working folder ${cwd} does not exist.`;
  const path = variable(env, 'PATH') ?? '';
  const pathExtensions = variable(env, 'PATHEXT') ?? '';
  const resolved = resolveCommand(command, { path, cwd, platform: process.platform, pathExtensions });
  if (resolved.found === undefined) return resolved.reason;
  if (needsCmd(resolved.found) && args.some(isUnsafeForCmd)) {
    return `${command} is started by cmd.exe, which cannot safely take an argument with a line break, or with both a quote and one of & | < > ^ (STD-02).`;
  }
  const spawnOptions: SpawnOptions = {
    cwd,
    env: { ...env },
    shell: false,
    stdio: 'pipe',
    windowsHide: true,
    // Its own group, so that the whole tree can be signalled; on Windows it would open a console window.
    detached: process.platform !== 'win32',
  };
  try {
    return crossSpawn(resolved.found, [...args], spawnOptions);
  } catch (error) {
    return spawnFailure(command, error as NodeJS.ErrnoException);
  }
}

function variable(env: LaunchOptions['env'], name: string): string | undefined {
  if (process.platform !== 'win32') return env[name];
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Batch files, and whatever else Windows has no loader for: cross-spawn hands them to cmd.exe, escaped. */
function needsCmd(file: string): boolean {
  return process.platform === 'win32' && !/\.(com|exe)$/i.test(file);
}

/**
 * Signs for which there is no escape: a batch file's own line is read once more with its arguments put in, and a quote
 * among them then ends the quotes that keep the others harmless ("BatBadBut", CVE-2024-24576).
 */
function isUnsafeForCmd(arg: string): boolean {
  return /[\r\n\0]/.test(arg) || (arg.includes('"') && /[&|<>^]/.test(arg));
}

/** The sentence for a failed start. Not `error.message`: it may quote the arguments, which may hold secrets. */
export function spawnFailure(command: string, error: NodeJS.ErrnoException): string {
  return `${command} cannot be started (${error.code ?? 'unknown error'}).`;
}
