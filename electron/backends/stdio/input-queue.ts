import type { Writable } from 'node:stream';

const LINE_FEED = Buffer.from('\n');
/** A single line up to this size is written as one string: Node hands two buffers over in a dearer way. */
const ONE_PIECE_BYTES = 16 * 1024;

export interface InputQueue {
  /** Takes one line without its LF. False: refused, because the queue is full or the input is closed. */
  write(line: Buffer): boolean;
  /** Writes what is queued, then ends the stream. Further lines are refused. */
  close(): void;
}

/**
 * The queue in front of a child's stdin. A line leaves at once when nothing is on its way; what comes until the stream
 * has passed that on leaves as one batch: lines of a busy turn share one system call, and a child that does not read
 * fills this queue and nothing else (STD-06).
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
    if (!isBusy) sendBatch();
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
    const sent = (): void => {
      queuedBytes -= size;
      sendBatch();
    };
    const [line] = batch;
    if (line !== undefined && batch.length === 1 && size <= ONE_PIECE_BYTES) {
      // Latin-1 gives every byte back as it was.
      stream.write(`${line.toString('latin1')}\n`, 'latin1', sent);
      return;
    }
    stream.cork();
    for (const piece of batch) stream.write(piece);
    stream.write(last, sent);
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
