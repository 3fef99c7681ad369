import { type FSWatcher, unwatchFile, watch, watchFile } from 'node:fs';
import { dirname } from 'node:path';

/** Editors save in several steps; what is between two of them is nobody's wish. */
const SETTLE_MS = 100;
/** For what no event tells of: a link that points elsewhere now, a network file system. */
const LOOK_EVERY_MS = 2_000;

/**
 * Calls back when the file may have changed, in place or by being replaced, once things have settled. May call
 * without a change. Keeps no process alive.
 */
export function watchConfigFile(path: string, callback: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const settle = (): void => {
    clearTimeout(timer);
    timer = setTimeout(callback, SETTLE_MS);
    timer.unref();
  };
  const watcher = watchFolder(dirname(path), settle);
  watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, settle);
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      watcher?.close();
      unwatchFile(path, settle);
    },
  };
}

/** Undefined where the system has no watch left or the folder does not exist: looking every 2 s goes on then. */
function watchFolder(folder: string, callback: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, callback);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
