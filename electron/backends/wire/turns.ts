/** One source of bytes among many on one thread. */
export interface Turns {
  /** Works on one chunk; where chunk after chunk took long, the source waits until the others had their turn. */
  take(work: () => void): void;
  /** The reader's own pause: the source flows again when neither holds it. */
  pause(): void;
  resume(): void;
}

/** Work without a break in ms, after which the others come first. */
const LONG_MS = 20;
/** So long a silence of all sources is a break: the others had their turn. */
const BREAK_MS = 2;

/** What all sources together worked since the others had their turn: five that storm would each take their 20 ms. */
let spent = 0;
let endedAt = 0;
let isCrowded = false;

/** Until the event loop has gone round, each source gets one chunk in. */
function crowd(): void {
  if (isCrowded) return;
  isCrowded = true;
  setImmediate(() => {
    isCrowded = false;
    spent = 0;
  });
}

/**
 * Gives way: a peer that sends small messages as fast as it can would keep the event loop in its reads, and the calls
 * of everybody else waiting for seconds (HTP-07). A large answer that only passes through takes no time and is not held.
 */
export function createTurns(pause: () => void, resume: () => void): Turns {
  let isYielding = false;
  let isPaused = false;

  function yieldOnce(): void {
    if (isYielding) return;
    isYielding = true;
    pause();
    setImmediate(() => {
      isYielding = false;
      if (!isPaused) resume();
    });
  }

  return {
    take(work) {
      const from = performance.now();
      if (from - endedAt > BREAK_MS && !isCrowded) spent = 0;
      work();
      endedAt = performance.now();
      spent += endedAt - from;
      if (spent <= LONG_MS) return;
      crowd();
      yieldOnce();
    },
    pause() {
      isPaused = true;
      pause();
    },
    resume() {
      isPaused = false;
      if (!isYielding) resume();
    },
  };
}
