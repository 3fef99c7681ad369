import type { Range } from './scan.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Where the members of one object stand inside a buffer of valid JSON, so that a single value can be replaced
 * without respelling the rest. The input must have passed `JSON.parse`; for a repeated name the last one is kept.
 */
export function memberRanges(bytes: Uint8Array, object: Range): Map<string, Range> {
  const found = new Map<string, Range>();
  let at = pastBlanks(bytes, object.start + 1);
  while (at < object.end - 1 && bytes[at] === QUOTE) {
    const keyEnd = valueEnd(bytes, at);
    const key = JSON.parse(textOf(bytes, { start: at, end: keyEnd })) as string;
    const start = pastBlanks(bytes, pastBlanks(bytes, keyEnd) + 1);
    const end = valueEnd(bytes, start);
    found.set(key, { start, end });
    at = pastSeparator(bytes, end);
  }
  return found;
}

/** Where the elements of one array stand inside a buffer of valid JSON. */
export function elementRanges(bytes: Uint8Array, array: Range): Range[] {
  const found: Range[] = [];
  let at = pastBlanks(bytes, array.start + 1);
  while (at < array.end - 1) {
    const end = valueEnd(bytes, at);
    found.push({ start: at, end });
    at = pastSeparator(bytes, end);
  }
  return found;
}

/** The bytes with each range replaced by its text. Ranges must not overlap; order does not matter. */
export function splice(bytes: Uint8Array, edits: readonly { range: Range; text: string }[]): Uint8Array {
  const encoder = new TextEncoder();
  const ordered = [...edits].sort((a, b) => a.range.start - b.range.start);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { range, text } of ordered) {
    parts.push(bytes.subarray(from, range.start), encoder.encode(text));
    from = range.end;
  }
  parts.push(bytes.subarray(from));
  return join(parts);
}

/** The text of one range. */
export function textOf(bytes: Uint8Array, range: Range): string {
  return new TextDecoder().decode(bytes.subarray(range.start, range.end));
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function pastSeparator(bytes: Uint8Array, from: number): number {
  const at = pastBlanks(bytes, from);
  return bytes[at] === COMMA ? pastBlanks(bytes, at + 1) : at;
}

function pastBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/** The end of the value that starts here. */
function valueEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  let depth = 0;
  do {
    const byte = bytes[at];
    if (byte === QUOTE) at = stringEnd(bytes, at);
    else {
      if (byte === 0x7b || byte === 0x5b) depth++;
      else if (byte === 0x7d || byte === 0x5d) depth--;
      at++;
      if (depth === 0 && byte !== 0x7d && byte !== 0x5d) return primitiveEnd(bytes, at);
    }
  } while (depth > 0 && at < bytes.length);
  return at;
}

function stringEnd(bytes: Uint8Array, open: number): number {
  let at = open + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function primitiveEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && !isDelimiter(bytes[at] as number)) at++;
  return at;
}

function isDelimiter(byte: number): boolean {
  return byte === COMMA || byte === COLON || byte === 0x7d || byte === 0x5d || byte <= 0x20;
}
