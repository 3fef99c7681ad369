import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode } from './client-text.ts';

// A virus scanner or the client itself may hold the file for a moment on Windows; four tries, then the error stands.
const RENAME_WAITS_MS = [20, 80, 240];
const STALE_TEMPORARY_MS = 60_000;

/**
 * Replaces a file whole or not at all: temporary file in the same folder, flushed, renamed over the target. The
 * temporary file is created exclusively and private; the target's mode bits are set on it before the rename.
 * `justBefore` runs last: when it answers false nothing is replaced and false is returned. (write-file-atomic does not
 * fit here: it takes a short write for a whole one and offers no last look at the target.)
 */
export async function replaceFile(
  target: string,
  bytes: Uint8Array,
  mode: number,
  justBefore: () => Promise<boolean>,
): Promise<boolean> {
  await removeStaleTemporaries(target);
  const temporary = join(
    dirname(target),
    `.${basename(target)}.patchbay-${randomBytes(6).toString('hex')}.tmp`,
  );
  let renamed = false;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await fill(handle, bytes, mode);
    if (!(await justBefore())) return false;
    await renameOver(temporary, target);
    renamed = true;
  } finally {
    if (!renamed) await rm(temporary, { force: true });
  }
  await flushFolder(dirname(target));
  return true;
}

async function fill(handle: FileHandle, bytes: Uint8Array, mode: number): Promise<void> {
  try {
    await handle.writeFile(bytes);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function renameOver(from: string, to: string): Promise<void> {
  for (const pause of [...RENAME_WAITS_MS, undefined]) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error));
      if (!held || pause === undefined) throw error;
      await wait(pause);
    }
  }
}

/** Makes the rename itself durable; Windows has no such call. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A crash between creation and rename leaves a private copy behind; the next write clears old ones away. */
async function removeStaleTemporaries(target: string): Promise<void> {
  const prefix = `.${basename(target)}.patchbay-`;
  const names = await readdir(dirname(target)).catch(() => []);
  for (const name of names.filter((entry) => entry.startsWith(prefix) && entry.endsWith('.tmp'))) {
    const path = join(dirname(target), name);
    const info = await stat(path).catch(() => undefined);
    if (info !== undefined && Date.now() - info.mtimeMs > STALE_TEMPORARY_MS) await rm(path, { force: true });
  }
}
