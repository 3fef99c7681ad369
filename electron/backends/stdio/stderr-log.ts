const FIRST_CAPACITY = 4096;

/** Bounds for what a backend says on stderr. */
export interface StderrLimit {
  readonly keptBytes: number;
  readonly linesPerSecond: number;
  readonly lineCharacters: number;
}

/** The bounds of STD-11. */
const STDERR_LIMIT: StderrLimit = {
  keptBytes: 1024 * 1024,
  linesPerSecond: 20,
  lineCharacters: 2_000,
};

export interface StderrLog {
  /** Takes the next piece of text, cut anywhere. Never waits, never grows beyond the limit. */
  write(text: string): void;
  /** The latest output, at most `keptBytes` in UTF-8; begins at a line's start once older output was dropped. */
  text(): string;
}

/**
 * Keeps the end of a backend's stderr and hands a limited number of lines to the log (STD-11). The memory is a
 * ring of bytes that starts small and grows up to `keptBytes`. Above `linesPerSecond` text goes to the ring
 * only; the next line logged is preceded by a note on how much was left out.
 *
 * @param log receives single lines without LF. The text is the backend's own: it may say anything, and goes
 *   to the backend's own log only.
 * @param now clock in milliseconds.
 */
export function createStderrLog(
  log: (line: string) => void,
  now: () => number,
  limit = STDERR_LIMIT,
): StderrLog {
  const ring = createRing(limit.keptBytes);
  let unfinished = '';
  let second = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let leftOut = 0;

  function mayLog(): boolean {
    const time = now();
    if (time - second >= 1_000 || time < second) {
      second = time;
      lines = 0;
    }
    return lines < limit.linesPerSecond;
  }

  function logLine(line: string): void {
    if (leftOut > 0) log(`(${leftOut} characters of output left out)`);
    leftOut = 0;
    lines += 1;
    log(line.length > limit.lineCharacters ? `${line.slice(0, limit.lineCharacters)}…` : line);
  }

  function write(text: string): void {
    ring.append(Buffer.from(text, 'utf8'));
    let start = 0;
    while (mayLog()) {
      const end = text.indexOf('\n', start);
      if (end === -1) {
        const room = limit.lineCharacters + 1 - unfinished.length;
        unfinished += text.slice(start, start + Math.max(0, room));
        return;
      }
      logLine((unfinished + text.slice(start, end)).trimEnd());
      unfinished = '';
      start = end + 1;
    }
    leftOut += unfinished.length + text.length - start;
    unfinished = '';
  }

  return { write, text: ring.text };
}

function createRing(capacity: number): { append(bytes: Buffer): void; text(): string } {
  let bytes = Buffer.alloc(Math.min(FIRST_CAPACITY, capacity));
  let written = 0;

  function grow(needed: number): void {
    const grown = Buffer.alloc(Math.min(capacity, Math.max(needed, bytes.length * 2)));
    bytes.copy(grown, 0, 0, written);
    bytes = grown;
  }

  function append(piece: Buffer): void {
    if (bytes.length < capacity && written + piece.length > bytes.length) grow(written + piece.length);
    const kept = piece.subarray(Math.max(0, piece.length - bytes.length));
    const position = (written + piece.length - kept.length) % bytes.length;
    const copied = kept.copy(bytes, position);
    kept.copy(bytes, 0, copied);
    written += piece.length;
  }

  function text(): string {
    if (written <= bytes.length) return bytes.toString('utf8', 0, written);
    const oldest = written % bytes.length;
    const ordered = Buffer.concat([bytes.subarray(oldest), bytes.subarray(0, oldest)]);
    return ordered.toString('utf8', ordered.indexOf(0x0a) + 1);
  }

  return { append, text };
}
