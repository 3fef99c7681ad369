import { mkdirSync } from 'node:fs';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';

/** Five files of 5 MB (DSK-03): the current one and four before it. */
const SIZE = '5M';
const OLDER = 4;
/** What waits for a slow disk; beyond it lines are dropped and counted. */
const MAX_WAITING_BYTES = 1024 * 1024;
const TRY_AGAIN_MS = 30_000;

/** Where log lines end up. */
export interface LineSink {
  write(line: string): void;
  /** Resolves when all that was written is on its way to the disk. */
  close(): Promise<void>;
}

export interface LogFileOptions {
  readonly folder: string;
  readonly fileName?: string;
  /** Such as `5M`, `16K`; for tests. */
  readonly size?: `${number}${'K' | 'M'}`;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
}

/**
 * Writes lines to `patchbay.log` in the folder, rotated, mode 0600. When the disk does not take them (DSK-01) lines
 * are dropped, the app goes on, and the file is tried again every 30 s; the first line after it tells how many are
 * missing.
 */
export function createLogFile(options: LogFileOptions): LineSink {
  const clock = options.clock ?? (() => performance.now());
  let stream: RotatingFileStream | undefined;
  let tryAgainAt = Number.NEGATIVE_INFINITY;
  let dropped = 0;

  const open = (): RotatingFileStream | undefined => {
    if (clock() < tryAgainAt) return undefined;
    tryAgainAt = clock() + TRY_AGAIN_MS;
    const opened = openStream(options);
    opened?.on('error', () => {
      // Which error does not matter: there is nowhere to write it, and the count of lost lines will be told.
      dropped += 1;
      tryAgainAt = clock() + TRY_AGAIN_MS;
      if (stream === opened) stream = undefined;
    });
    return opened;
  };

  return {
    write(line) {
      stream ??= open();
      if (stream === undefined || stream.writableLength > MAX_WAITING_BYTES) {
        dropped += 1;
        return;
      }
      if (dropped > 0) stream.write(`${missing(dropped)}\n`);
      dropped = 0;
      stream.write(line);
    },
    close: () => closeStream(stream),
  };
}

function openStream({ folder, fileName = 'patchbay.log', size = SIZE }: LogFileOptions) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return createStream(fileName, { path: folder, size, rotate: OLDER, mode: 0o600 });
  } catch {
    return undefined;
  }
}

function closeStream(stream: RotatingFileStream | undefined): Promise<void> {
  if (stream === undefined || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('close', resolve).once('error', () => resolve());
    stream.end(() => resolve());
  });
}

function missing(count: number): string {
  return JSON.stringify({
    level: 'warn',
    time: new Date().toISOString(),
    part: 'log',
    message: 'Lines are missing before this one: the disk did not take them.',
    count,
  });
}
