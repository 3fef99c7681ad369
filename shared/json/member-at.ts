import { type Range, scanMessage } from './scan.ts';

const OPEN_BRACE = 0x7b;

/** Where one member's value stands, of the object that stands at `object`; `undefined` where there is no such thing. */
export function memberAt(bytes: Uint8Array, object: Range | undefined, name: string): Range | undefined {
  if (object === undefined || bytes[object.start] !== OPEN_BRACE) return undefined;
  const range = scanMessage(bytes.subarray(object.start, object.end)).members.get(name);
  return range && { start: object.start + range.start, end: object.start + range.end };
}
