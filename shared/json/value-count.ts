const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/**
 * Whether a JSON text has more than `most` arrays, objects and members. What a parser makes of a text costs by their
 * number and not by its bytes: 30 MiB of `[],` kept V8 busy for over a minute, and everybody waited (RES-05). Linear
 * in time. A text with an error is counted up to it at least, which is as far as a parser goes.
 */
export function hasMoreValues(bytes: Uint8Array, most: number): boolean {
  let count = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) inString = !inString;
    else if (inString) {
      if (byte === BACKSLASH) at++;
    } else if ((byte === OPEN_BRACE || byte === OPEN_BRACKET || byte === COLON) && ++count > most)
      return true;
  }
  return false;
}
