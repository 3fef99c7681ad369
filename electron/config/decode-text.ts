import { isUtf8 } from 'node:buffer';

/** A file's bytes as text. `sound`: plain UTF-8. `odd`: readable, but stored in another way. */
export type Decoded =
  | { readonly kind: 'sound'; readonly text: string }
  | { readonly kind: 'odd'; readonly text: string; readonly what: string }
  | { readonly kind: 'damaged'; readonly what: string };

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Tells whether a config file's bytes are text that a person has written, and of what kind (CFG-17). */
export function decodeText(bytes: Buffer): Decoded {
  if (bytes.length === 0) return { kind: 'damaged', what: 'is empty' };
  if (bytes.subarray(0, 3).equals(BYTE_ORDER_MARK))
    return utf8(bytes.subarray(3), 'begins with a byte order mark');
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16(bytes, 'utf-16be');
  return utf8(bytes);
}

function utf8(bytes: Buffer, what?: string): Decoded {
  if (bytes.includes(0)) return { kind: 'damaged', what: 'holds NUL bytes' };
  if (!isUtf8(bytes)) return { kind: 'damaged', what: 'is not UTF-8 text' };
  const text = bytes.toString('utf8');
  if (text.trim() === '') return { kind: 'damaged', what: 'is empty' };
  return what === undefined ? { kind: 'sound', text } : { kind: 'odd', text, what };
}

function utf16(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): Decoded {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return { kind: 'odd', text, what: 'is UTF-16 text' };
  } catch {
    // Not text in this encoding either: damaged, as told below.
  }
  return { kind: 'damaged', what: 'is not text' };
}
