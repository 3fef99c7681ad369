/** Gathers many small changes into one flush, at most four a second. */
export interface Batch extends Disposable {
  /** Something changed: a flush will come. */
  touch(): void;
}

/** The pause between two flushes, in ms. */
const BATCH_MS = 250;

/** Runs `flush` after a pause, never twice at once; `report` is told where it fails, and the next one is tried. */
export function createBatch(flush: () => Promise<void>, report: (thrown: unknown) => void): Batch {
  let timer: NodeJS.Timeout | undefined;
  let isFlushing = false;
  let isOver = false;

  async function run(): Promise<void> {
    timer = undefined;
    if (isFlushing) return touch();
    isFlushing = true;
    try {
      await flush();
    } catch (thrown) {
      if (!isOver) report(thrown);
    } finally {
      isFlushing = false;
    }
  }

  function touch(): void {
    if (isOver || timer !== undefined) return;
    timer = setTimeout(() => void run(), BATCH_MS);
    timer.unref();
  }

  return {
    touch,
    [Symbol.dispose]() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
