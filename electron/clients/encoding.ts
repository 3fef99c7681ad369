import { good, type Outcome, refuse } from '../../shared/clients/codes.ts';

const BOM = '\uFEFF';

/** A text and the mark that stood before it; the mark is put back when the text is written. */
export interface DecodedText {
  readonly text: string;
  readonly bom: boolean;
}

/** Decodes UTF-8, with or without a byte order mark. UTF-16 and bytes that are not UTF-8 are refused, never repaired. */
export function decodeText(bytes: Uint8Array, place: string): Outcome<DecodedText> {
  const fix = 'Save the file as UTF-8, then try again.';
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (utf16 || bytes.subarray(0, 64).includes(0)) {
    return refuse('encoding', place, 'The file looks like UTF-16 or binary data, not UTF-8 text.', fix);
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  const again = Buffer.from(text, 'utf8');
  if (!again.equals(buffer)) {
    const at = firstDifference(buffer, again);
    return refuse('encoding', place, `The file is not valid UTF-8: byte ${at + 1} begins no character.`, fix);
  }
  const bom = text.startsWith(BOM);
  return good({ text: bom ? text.slice(1) : text, bom });
}

/** The bytes of a text, the byte order mark put back where it was. */
export function encodeText({ text, bom }: DecodedText): Buffer {
  return Buffer.from(bom ? BOM + text : text, 'utf8');
}

function firstDifference(a: Buffer, b: Buffer): number {
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return index;
  return a.length;
}
