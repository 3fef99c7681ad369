import { randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from './config-error.ts';

/**
 * Replaces a file as a whole, mode 0600: whoever reads it, also after a crash at any moment, finds the old text or
 * the new one (CRA-01). A symbolic link stays a link; what it points to is replaced (CFG-16). The folder is made,
 * 0700, when it is missing. `beforeSwap` runs last, with all bytes on the disk; its error keeps the old file.
 * Rejects with the system's error (ENOSPC, EACCES); the old file is untouched then and nothing is left beside it.
 *
 * Not a library: `write-file-atomic` takes a short write, which is what a full disk answers, for success and puts
 * the cut text in place of the file. `FileHandle.writeFile` goes on until all is written or an error comes.
 */
export async function writeFileWhole(
  path: string,
  text: string,
  beforeSwap: () => Promise<void> = async () => {},
): Promise<void> {
  const target = await realTarget(path);
  const folder = dirname(target);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${basename(target)}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await using file = await open(draft, 'wx', 0o600);
    await file.writeFile(text, 'utf8');
    await file.sync();
    await beforeSwap();
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

async function realTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return path;
    throw error;
  }
}

/** Makes the rename itself survive a power cut; Windows and some network file systems cannot and need not. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error;
  }
}
