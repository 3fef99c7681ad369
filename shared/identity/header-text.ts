/** Longest claim that is sent, in bytes of UTF-8 (contract 3.6). */
const MAX_CLAIM_BYTES = 1024;

export type EncodedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

const PLAIN = /^[\x20-\x7e]*$/;
const LINE_OR_NUL = /[\r\n\0]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const OPEN = '=?utf-8?q?';
const CLOSE = '?=';
/** RFC 2047 section 2: an encoded word is at most 75 characters long. */
const WORD_ROOM = 75 - OPEN.length - CLOSE.length;

/**
 * A claim as header text. Printable ASCII goes as it is. Anything else becomes RFC 2047 encoded words, as do texts
 * that a receiver would otherwise change: with outer blanks, or looking like an encoded word already.
 * CR, LF, NUL, half a character and more than 1 KiB are refused; `reason` completes "the claim ...".
 */
export function encodeHeaderText(text: string): EncodedText {
  if (LINE_OR_NUL.test(text)) return { ok: false, reason: 'holds a line break or NUL' };
  if (LONE_SURROGATE.test(text)) return { ok: false, reason: 'is not valid Unicode' };
  if (new TextEncoder().encode(text).length > MAX_CLAIM_BYTES) {
    return { ok: false, reason: `is longer than ${MAX_CLAIM_BYTES} bytes` };
  }
  const asIs = PLAIN.test(text) && text.trim() === text && !text.includes('=?');
  return { ok: true, text: asIs ? text : encodedWords(text) };
}

// Words are cut between characters, never inside one (RFC 2047 section 5), and parted by the blank that
// decoders swallow (section 6.2).
function encodedWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    const encoded = encodeCharacter(character);
    if (word.length + encoded.length > WORD_ROOM) {
      words.push(word);
      word = '';
    }
    word += encoded;
  }
  words.push(word);
  return words.map((part) => `${OPEN}${part}${CLOSE}`).join(' ');
}

function encodeCharacter(character: string): string {
  if (character === ' ') return '_';
  if (/^[A-Za-z0-9!*+\-/]$/.test(character)) return character;
  let encoded = '';
  for (const byte of new TextEncoder().encode(character)) {
    encoded += `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
