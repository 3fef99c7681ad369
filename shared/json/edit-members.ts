import { memberRanges, textOf } from './members.ts';
import type { Range } from './scan.ts';

/**
 * The text of one object with members set to a JSON text or, where that is `undefined`, left out. New members come
 * first. Values that stay keep every byte; the input must have passed `JSON.parse`.
 */
export function editMembers(
  bytes: Uint8Array,
  object: Range,
  edits: ReadonlyMap<string, string | undefined>,
): string {
  const members: string[] = [];
  for (const [name, text] of edits) if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
  for (const [name, range] of memberRanges(bytes, object)) {
    if (!edits.has(name)) members.push(`${JSON.stringify(name)}:${textOf(bytes, range)}`);
  }
  return `{${members.join(',')}}`;
}
