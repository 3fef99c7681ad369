import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Problem, problem } from '../../shared/errors/problem.ts';
import { systemReason } from './config-error.ts';
import { isProcessAlive } from './process-alive.ts';

/**
 * Makes the folder that is ours alone, mode 0700; one that is open to others is closed, and told (CFG-16).
 * Answers with what is to be told. Only for our own folder: another one's mode is its owner's matter.
 */
export async function keepOwnFolder(folder: string): Promise<readonly Problem[]> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { mode } = await stat(folder);
    if (process.platform === 'win32' || (mode & 0o077) === 0) return [];
    await chmod(folder, 0o700);
    const message = `${folder} was open to other users; it is 0700 now.`;
    return [problem('config.file', folder, message, 'Nothing is left to do.', 'warning')];
  } catch (error) {
    const message = `${folder} cannot be kept closed to other users: ${systemReason(error)}.`;
    return [problem('config.file', folder, message, `Run chmod 700 ${folder}.`, 'warning')];
  }
}

/** Removes drafts of saves that were cut off; those of living processes stay. */
export async function removeOldDrafts(path: string): Promise<void> {
  const start = `.${basename(path)}.`;
  const names = await readdir(dirname(path)).catch((): string[] => []);
  for (const name of names.filter((candidate) => candidate.startsWith(start))) {
    const writer = /^(\d+)-[0-9a-f]{12}\.tmp$/.exec(name.slice(start.length))?.[1];
    if (writer !== undefined && !isProcessAlive(Number(writer))) {
      await rm(join(dirname(path), name), { force: true });
    }
  }
}
