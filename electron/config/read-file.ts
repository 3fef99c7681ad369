import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { type Problem, problem } from '../../shared/errors/problem.ts';
import { systemCode, systemReason, unusableFile } from './config-error.ts';

/** Far above any real configuration; keeps a mistaken `--config` from being read into memory. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/** What stands on disk under the path. */
export type FileRead =
  | { readonly state: 'found'; readonly bytes: Buffer; readonly warnings: readonly Problem[] }
  | { readonly state: 'missing' }
  | { readonly state: 'refused'; readonly problem: Problem };

/**
 * Reads a config file through symbolic links, never waiting for a writer: a FIFO, a folder, a device and a file of
 * another user are refused; a file that others may read or write is set back to 0600 and told (CFG-16).
 */
export async function readConfigFile(path: string): Promise<FileRead> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return refusedOpen(path, error);
  }
  await using opened = file;
  try {
    const stats = await opened.stat();
    const refusal = whyRefused(stats);
    if (refusal !== undefined) {
      return { state: 'refused', problem: unusableFile(path, refusal.reason, refusal.fix) };
    }
    const warnings = await closeMode(path, opened, stats);
    return { state: 'found', bytes: await opened.readFile(), warnings };
  } catch (error) {
    return refused(path, error);
  }
}

async function refusedOpen(path: string, error: unknown): Promise<FileRead> {
  if (systemCode(error) !== 'ENOENT') return refused(path, error);
  const dangling = await lstat(path).then(
    () => true,
    () => false,
  );
  if (!dangling) return { state: 'missing' };
  const fix = 'Create the file that the link points to, or remove the link.';
  return { state: 'refused', problem: unusableFile(path, 'it is a link to a file that does not exist', fix) };
}

function refused(path: string, error: unknown): FileRead {
  const fix = 'Make the file readable for you, or name another one with --config.';
  return { state: 'refused', problem: unusableFile(path, systemReason(error), fix) };
}

function whyRefused(stats: Stats): { reason: string; fix: string } | undefined {
  const another = 'Name a regular file with --config.';
  if (stats.isDirectory()) return { reason: 'it is a folder', fix: another };
  if (!stats.isFile()) return { reason: 'it is not a regular file', fix: another };
  if (stats.size > MAX_CONFIG_BYTES) {
    return { reason: `it is larger than ${MAX_CONFIG_BYTES} bytes`, fix: another };
  }
  // Root's files are accepted: who is root can write ours, too.
  if (process.getuid !== undefined && stats.uid !== process.getuid() && stats.uid !== 0) {
    return { reason: 'it belongs to another user', fix: 'Make a copy that belongs to you, and use that.' };
  }
  return undefined;
}

async function closeMode(path: string, file: FileHandle, stats: Stats): Promise<readonly Problem[]> {
  if (process.platform === 'win32' || (stats.mode & 0o077) === 0) return [];
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
  const was = `${path} was open to other users (mode ${mode})`;
  try {
    await file.chmod(0o600);
    const fix = 'Nothing is left to do; replace the tokens and keys in it if others may have read them.';
    return [problem('config.file', path, `${was}; it is 0600 now.`, fix, 'warning')];
  } catch (error) {
    const message = `${was} and cannot be closed: ${systemReason(error)}.`;
    return [problem('config.file', path, message, `Run chmod 600 ${path}.`, 'warning')];
  }
}
