import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, open, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { good, type Outcome, refuse } from '../../shared/clients/codes.ts';
import { type DecodedText, decodeText } from './encoding.ts';

/** Larger files are not edited; no client's settings come near it. */
export const MAX_CLIENT_FILE_BYTES = 10 * 1024 * 1024;

/** What stands at a path right now. `target` is the path with symbolic links followed: that file is written. */
export type ClientText =
  | { readonly state: 'absent'; readonly target: string }
  | {
      readonly state: 'present';
      readonly target: string;
      readonly bytes: Buffer;
      readonly sha256: string;
      readonly mode: number;
      readonly links: number;
      readonly decoded: DecodedText;
    };

/** SHA-256 of bytes in hex: the precondition that a preview leaves for the write. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Reads a client's file, following links, without ever waiting on a pipe or a device. Refused: loops and dangling
 * links, anything but a regular file, another user's file, more than 10 MiB, no read permission, no UTF-8.
 */
export async function readClientText(path: string): Promise<Outcome<ClientText>> {
  try {
    const link = await lstat(path).catch(absentAsUndefined);
    if (link === undefined) return good({ state: 'absent', target: await targetOfNew(path) });
    if (link.isSymbolicLink() && (await stat(path).catch(absentAsUndefined)) === undefined) {
      return refuse('symlink', path, 'The file is a link that leads nowhere.', 'Repair or remove the link.');
    }
    const target = await realpath(path);
    const info = await stat(target);
    if (!info.isFile()) {
      return refuse('not-regular', path, 'This is not a regular file.', 'Put a regular file there.');
    }
    const owner = process.getuid?.();
    if (owner !== undefined && info.uid !== owner) {
      return refuse('owner', path, 'The file belongs to another user.', 'Run Patchbay as that user.');
    }
    if (info.size > MAX_CLIENT_FILE_BYTES) return tooLarge(path);
    return await readRegular(path, target);
  } catch (error) {
    return readFailure(path, error);
  }
}

async function readRegular(path: string, target: string): Promise<Outcome<ClientText>> {
  // Non-blocking: a pipe put there since the check must not hold us.
  const handle = await open(target, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const info = await handle.stat();
    if (!info.isFile() || info.size > MAX_CLIENT_FILE_BYTES) return tooLarge(path);
    const bytes = await handle.readFile();
    const decoded = decodeText(bytes, path);
    if (!decoded.ok) return decoded;
    const mode = info.mode & 0o7777;
    return good({
      state: 'present',
      target,
      bytes,
      sha256: sha256(bytes),
      mode,
      links: info.nlink,
      decoded: decoded.value,
    });
  } finally {
    await handle.close();
  }
}

/** Whether the file may be replaced: a set read-only bit is respected although a rename could get round it. */
export async function checkWritable(path: string, current: ClientText): Promise<Outcome<undefined>> {
  const fix = 'Allow writing, or add the entry by hand.';
  try {
    if (current.state === 'present') {
      if ((current.mode & 0o222) === 0) {
        return refuse('read-only', path, 'The file is read-only.', fix);
      }
      await access(current.target, constants.W_OK);
      await access(dirname(current.target), constants.W_OK);
    }
    return good(undefined);
  } catch {
    return refuse('read-only', path, 'The file or its folder may not be written to.', fix);
  }
}

async function targetOfNew(path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch(() => undefined);
  return folder === undefined ? path : path.replace(dirname(path), () => folder);
}

function absentAsUndefined(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT') return undefined;
  throw error;
}

/** The system's code of a failed call (`ENOENT`), or `unknown`. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function tooLarge(path: string): Outcome<never> {
  const limit = MAX_CLIENT_FILE_BYTES / 1024 / 1024;
  return refuse('too-large', path, `The file is larger than ${limit} MiB.`, 'Add the entry by hand.');
}

function readFailure(path: string, error: unknown): Outcome<never> {
  const code = errorCode(error);
  if (code === 'ELOOP') {
    return refuse('symlink', path, 'The file is a link in a circle.', 'Repair or remove the link.');
  }
  return refuse('unreadable', path, `The file cannot be read (${code}).`, 'Check its permissions.');
}
