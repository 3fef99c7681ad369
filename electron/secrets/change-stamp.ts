import { randomBytes } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { writeFile } from 'node:fs/promises';

/** How the processes of one profile (the app, `patchbay secret set`) tell each other that some secret changed. */
export interface ChangeStamp {
  touch(): Promise<void>;
  watch(listener: () => void): Disposable;
}

/** Often enough for "a rotated secret is in use within 5 s" (contract section 2). In ms. */
const INTERVAL_MS = 1_000;

/**
 * A stamp in the file `path`: random text, new with every change. It says that something changed, not what; nobody
 * trusts it for more than reading the keychain again. The folder must exist.
 */
export function createChangeStamp(path: string, interval: number = INTERVAL_MS): ChangeStamp {
  return {
    touch: () => writeFile(path, `${randomBytes(8).toString('hex')}\n`, { mode: 0o600 }),
    watch(listener) {
      const notice = (
        now: { mtimeMs: number; size: number },
        before: { mtimeMs: number; size: number },
      ): void => {
        if (now.mtimeMs !== before.mtimeMs || now.size !== before.size) listener();
      };
      watchFile(path, { interval, persistent: false }, notice);
      return { [Symbol.dispose]: () => unwatchFile(path, notice) };
    },
  };
}
