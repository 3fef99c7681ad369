const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const FIRST_CAPACITY = 4096;

/** What a splitter reports: whole lines, and at most once that a line was longer than allowed. */
export interface LineEvents {
  /** One line without its LF or CRLF. May be empty. The bytes belong to the receiver. */
  line(bytes: Buffer): void;
  /** A line passed the limit. Nothing is reported afterwards; the splitter drops all further input. */
  tooLong(): void;
}

export interface LineSplitter {
  /** Takes the next piece of the stream, cut anywhere, also inside of a UTF-8 character. */
  push(chunk: Buffer): void;
}

/**
 * Cuts a byte stream into lines. Works on bytes, so that a character split over two chunks stays whole
 * (protocol.md hazard 24). Time is linear in the input: an unfinished line is kept in one buffer that
 * doubles, never joined anew for each chunk (STD-05). Memory is at most twice `maxLineBytes`.
 * A last line without LF is not reported: a message on stdio ends with a newline (MCP transports, stdio).
 *
 * @param maxLineBytes longest line in bytes, a CR before the LF included, the LF not.
 */
export function createLineSplitter(maxLineBytes: number, events: LineEvents): LineSplitter {
  let unfinished: Buffer | undefined;
  let length = 0;
  let overflowed = false;

  function keep(piece: Buffer): void {
    if (piece.length === 0) return;
    const needed = length + piece.length;
    if (unfinished === undefined || unfinished.length < needed) {
      const doubled = (unfinished?.length ?? FIRST_CAPACITY / 2) * 2;
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(doubled, maxLineBytes)));
      unfinished?.copy(grown, 0, 0, length);
      unfinished = grown;
    }
    piece.copy(unfinished, length);
    length = needed;
  }

  function finish(piece: Buffer): Buffer {
    if (unfinished === undefined) return piece;
    keep(piece);
    const whole = unfinished.subarray(0, length);
    unfinished = undefined;
    length = 0;
    return whole;
  }

  function overflow(): void {
    overflowed = true;
    unfinished = undefined;
    events.tooLong();
  }

  function push(chunk: Buffer): void {
    let start = 0;
    while (!overflowed) {
      const end = chunk.indexOf(LINE_FEED, start);
      const piece = chunk.subarray(start, end === -1 ? chunk.length : end);
      if (length + piece.length > maxLineBytes) {
        overflow();
        return;
      }
      if (end === -1) {
        keep(piece);
        return;
      }
      events.line(withoutCarriageReturn(finish(piece)));
      start = end + 1;
    }
  }

  return { push };
}

function withoutCarriageReturn(line: Buffer): Buffer {
  return line[line.length - 1] === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
