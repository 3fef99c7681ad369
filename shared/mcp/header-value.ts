const PREFIX = '=?base64?';
const SUFFIX = '?=';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CANONICAL = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** What a header carries as it is: visible ASCII with blanks inside, not itself shaped like an encoded value. */
const PLAIN = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

/** A text as the value of a mirrored header: as it is where a header can carry it, else in base64 (SEP-2243). */
export function encodeHeaderValue(text: string): string {
  const isPlain = PLAIN.test(text) && !(text.startsWith(PREFIX) && text.endsWith(SUFFIX));
  return isPlain ? text : `${PREFIX}${toBase64(new TextEncoder().encode(text))}${SUFFIX}`;
}

/** What a header may carry at all (RFC 9110 section 5.5, without obs-text); the blanks around it are no part of it. */
const VISIBLE = /^[\x20-\x7e\t]*$/;

/** The text behind a mirrored header; `undefined` where a byte, its base64 or the UTF-8 in it is broken (SEP-2243). */
export function decodeHeaderValue(value: string): string | undefined {
  if (!VISIBLE.test(value)) return undefined;
  if (!value.startsWith(PREFIX) || !value.endsWith(SUFFIX) || value.length < PREFIX.length + SUFFIX.length) {
    return value;
  }
  const text = value.slice(PREFIX.length, -SUFFIX.length);
  if (!CANONICAL.test(text)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fromBase64(text));
  } catch {
    return undefined;
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = Math.min(3, bytes.length - at);
    const block = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let digit = 0; digit < 4; digit++) {
      text += digit > left ? '=' : (ALPHABET[(block >> (18 - 6 * digit)) & 63] as string);
    }
  }
  return text;
}

function fromBase64(text: string): Uint8Array {
  const digits = text.replaceAll('=', '');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const digit of digits) {
    held = ((held << 6) | ALPHABET.indexOf(digit)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  return bytes;
}
