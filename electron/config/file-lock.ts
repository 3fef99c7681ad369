import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { systemCode } from './config-error.ts';
import { isProcessAlive } from './process-alive.ts';

const LOOK_AGAIN_MS = 20;
const GIVE_UP_MS = 5_000;
/** A save takes milliseconds: an older lock belongs to a process that has gone, whoever has its id now. */
const STALE_MS = 30_000;

/** A process id alone is not enough: in a container the next run has the same one. */
const HOLDER = `${process.pid} ${randomUUID()}`;

/**
 * Keeps other processes of ours from saving the same file meanwhile: two `patchbay token create` at once must not
 * lose one of the tokens. The lock is a file that names its holder; one whose holder has gone is taken over
 * (CRA-06). Rejects after 5 s, and with the system's error where no file can be made.
 */
export async function lockFile(path: string): Promise<AsyncDisposable> {
  const lock = `${path}.lock`;
  const giveUp = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      await writeFile(lock, HOLDER, { flag: 'wx', mode: 0o600 });
      return { [Symbol.asyncDispose]: () => rm(lock, { force: true }) };
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    if (performance.now() > giveUp) throw new Error(`another process holds ${lock}`);
    if (await isStale(lock)) await takeAway(lock);
    else await wait(LOOK_AGAIN_MS);
  }
}

async function isStale(lock: string): Promise<boolean> {
  try {
    const [holder, { mtimeMs }] = await Promise.all([readFile(lock, 'utf8'), stat(lock)]);
    if (Math.abs(Date.now() - mtimeMs) > STALE_MS) return true;
    return holder !== '' && !isAlive(holder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(holder: string): boolean {
  const id = Number.parseInt(holder, 10);
  return id === process.pid ? holder === HOLDER : isProcessAlive(id);
}

/** By rename: of two that find the same stale lock, one takes it away and the other finds nothing. */
async function takeAway(lock: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  await rm(aside, { force: true });
}
