import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ClientText } from './client-text.ts';

const OTHERS_READ = 0o004;
const OTHERS_PASS = 0o001;

/**
 * Whether every user of this machine can read a file as it is: by its own mode, and no folder above it is closed.
 * Windows has no such bits; its profiles are closed to others.
 */
export async function isOpenToOthers(file: ClientText): Promise<boolean> {
  if (process.platform === 'win32' || file.state === 'absent' || (file.mode & OTHERS_READ) === 0)
    return false;
  for (let folder = dirname(file.target); ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & OTHERS_PASS) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
