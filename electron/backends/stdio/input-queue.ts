import type { Writable } from 'node:stream';

const LINE_FEED = Buffer.from('\n');

export interface InputQueue {
  /** Takes one line without its LF. False: refused, because the queue is full or the input is closed. */
  write(line: Buffer): boolean;
  /** Writes what is queued, then ends the stream. Further lines are refused. */
  close(): void;
}

/**
 * The queue in front of a child's stdin. Lines written in one turn of the event loop leave as one batch, and the
 * next batch leaves when the stream has passed on the last one: lines of a busy turn share one system call, and a
 * child that does not read fills this queue and nothing else (STD-06).
 *
 * @param maxQueuedBytes what may wait, the batch on its way included; a line that would exceed it is refused.
 * @param broken is told once when the stream fails (the child closed its stdin or is gone).
 */
export function createInputQueue(stream: Writable, maxQueuedBytes: number, broken: () => void): InputQueue {
  let waiting: Buffer[] = [];
  let queuedBytes = 0;
  let isClosed = false;
  let isBusy = false;

  stream.on('error', () => {
    isClosed = true;
    waiting = [];
    broken();
  });

  function write(line: Buffer): boolean {
    const size = line.length + LINE_FEED.length;
    if (isClosed || queuedBytes + size > maxQueuedBytes) return false;
    waiting.push(line, LINE_FEED);
    queuedBytes += size;
    if (!isBusy) {
      isBusy = true;
      setImmediate(sendBatch);
    }
    return true;
  }

  function sendBatch(): void {
    if (stream.writableEnded || stream.destroyed) return;
    const batch = waiting;
    const last = batch.pop();
    waiting = [];
    isBusy = last !== undefined;
    if (last === undefined) return;
    const size = queuedBytes;
    stream.cork();
    for (const piece of batch) stream.write(piece);
    stream.write(last, () => {
      queuedBytes -= size;
      sendBatch();
    });
    stream.uncork();
  }

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    stream.cork();
    for (const piece of waiting) stream.write(piece);
    waiting = [];
    stream.uncork();
    stream.end();
  }

  return { write, close };
}
