import { randomBytes } from 'node:crypto';

/** Something that was taken away and may be put back for a while. */
export interface Undoables<T> extends Disposable {
  /** Keeps it; `expired` runs when the time is over and nobody took it back. */
  keep(item: T, expired: (item: T) => void): { readonly undo: string; readonly undoUntil: number };
  /** What stands under a handle, until its time is over. */
  find(undo: string): T | undefined;
  /** It has been put back. */
  done(undo: string): void;
}

/** How long a removal can be taken back, in ms. */
const UNDO_MS = 30_000;

/** `undoUntil` is by the clock on the wall, with which the window compares it; the time itself runs on a timer. */
export function createUndoables<T>(): Undoables<T> {
  const kept = new Map<string, { readonly item: T; readonly timer: NodeJS.Timeout }>();
  return {
    keep(item, expired) {
      const undo = randomBytes(12).toString('hex');
      const timer = setTimeout(() => {
        kept.delete(undo);
        expired(item);
      }, UNDO_MS);
      timer.unref();
      kept.set(undo, { item, timer });
      return { undo, undoUntil: Date.now() + UNDO_MS };
    },
    find: (undo) => kept.get(undo)?.item,
    done(undo) {
      clearTimeout(kept.get(undo)?.timer);
      kept.delete(undo);
    },
    [Symbol.dispose]() {
      for (const { timer } of kept.values()) clearTimeout(timer);
      kept.clear();
    },
  };
}
