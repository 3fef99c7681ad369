import { createHash } from 'node:crypto';
import { elementRanges } from '../../../shared/json/members.ts';
import { type Range, scanMessage } from '../../../shared/json/scan.ts';
import type { CacheHint } from '../modern/modern-result.ts';
import type { ListShape } from './kinds.ts';

/** One listed item: its JSON text cut around its name, so that a rename leaves every other byte as it was. */
export interface SliceItem {
  readonly original: string;
  readonly before: string;
  readonly after: string;
  /** Where `description` stands, as JSON text, if it has one; for overrides and for the UI. */
  readonly description: string | undefined;
}

/** One backend's list, as it was last fetched. Slices of equal content are one object (see `slice-store`). */
export interface Slice {
  readonly id: number;
  readonly digest: string;
  readonly items: readonly SliceItem[];
  /** One sentence for each thing that was left out or cut. */
  readonly warnings: readonly string[];
  /** How long the backend lets its list be kept; `undefined` where it says nothing. */
  readonly hint: CacheHint | undefined;
  /** What the result holds besides the list, as JSON members with a comma before each; from its first page. */
  readonly extra: string;
}

/** Caps on what one backend may list (HTP-11). */
export const LIST_LIMITS = { items: 1_000, textBytes: 64 * 1024, itemBytes: 1024 * 1024, depth: 64 } as const;

/**
 * A digest of what raw pages list: equal results need not be read again. Without the message around the result, whose
 * id is another one each time it is asked for.
 */
export function digestPages(pages: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const page of pages) {
    const result = scanMessage(page).members.get('result');
    if (result !== undefined) hash.update(page.subarray(result.start, result.end));
    // Page ends count: what stood on one page is not what stood on two.
    hash.update('\0');
  }
  return hash.digest('base64');
}

/** Reads the items out of the raw answers to a list request. Items without a usable name are left out and counted. */
export function readItems(
  pages: readonly Buffer[],
  shape: ListShape,
): { items: SliceItem[]; warnings: string[] } {
  const items: SliceItem[] = [];
  const warnings: string[] = [];
  const seen = new Set<string>();
  for (const page of pages) {
    for (const range of listRanges(page, shape.member)) {
      if (items.length >= LIST_LIMITS.items) {
        warnings.push(`More than ${LIST_LIMITS.items} ${shape.member}: the rest is left out.`);
        return { items, warnings };
      }
      const read = readItem(page.subarray(range.start, range.end), shape.key);
      if (typeof read === 'string') warnings.push(read);
      else if (seen.has(read.original)) warnings.push('A name is listed twice: the first is kept.');
      else {
        seen.add(read.original);
        items.push(read);
      }
    }
  }
  return { items, warnings };
}

/** Where the items of a list stand in the raw answer to a list request; none where there is no list. */
export function listRanges(page: Buffer, member: string): Range[] {
  const result = scanMessage(page).members.get('result');
  if (result === undefined) return [];
  const list = scanMessage(page.subarray(result.start, result.end)).members.get(member);
  if (list === undefined) return [];
  const range = { start: result.start + list.start, end: result.start + list.end };
  return page[range.start] === 0x5b ? elementRanges(page, range) : [];
}

function readItem(bytes: Buffer, key: string): SliceItem | string {
  if (bytes.length > LIST_LIMITS.itemBytes) return 'An item is larger than 1 MiB: it is left out.';
  const scan = scanMessage(bytes, LIST_LIMITS.depth);
  if (scan.fault === 'too-deep')
    return `An item is nested deeper than ${LIST_LIMITS.depth} levels: it is left out.`;
  const range = scan.members.get(key);
  if (scan.fault !== undefined || range === undefined) return `An item has no ${key}: it is left out.`;
  const original: unknown = JSON.parse(bytes.toString('utf8', range.start, range.end));
  if (typeof original !== 'string') return `An item has no ${key}: it is left out.`;
  const described = scan.members.get('description');
  const text = bytes.toString('utf8');
  if (described !== undefined && described.end - described.start > LIST_LIMITS.textBytes) {
    return cutDescription(bytes, range, described, original);
  }
  const isAscii = text.length === bytes.length;
  return {
    original,
    before: isAscii ? text.slice(0, range.start) : bytes.toString('utf8', 0, range.start),
    after: isAscii ? text.slice(range.end) : bytes.toString('utf8', range.end),
    description: described === undefined ? undefined : bytes.toString('utf8', described.start, described.end),
  };
}

/** An oversize description is cut at 64 KiB; the rest of the item stays as it is. */
function cutDescription(bytes: Buffer, name: Range, described: Range, original: string): SliceItem | string {
  const full: unknown = JSON.parse(bytes.toString('utf8', described.start, described.end));
  if (typeof full !== 'string') return 'A description is no text: its item is left out.';
  const cut = JSON.stringify(`${full.slice(0, LIST_LIMITS.textBytes / 4)}… [cut: the text is over 64 KiB]`);
  const [first, second, firstText] =
    name.start < described.start
      ? ([name, described, undefined] as const)
      : ([described, name, cut] as const);
  const head = bytes.toString('utf8', 0, first.start);
  const middle = bytes.toString('utf8', first.end, second.start);
  const tail = bytes.toString('utf8', second.end);
  return firstText === undefined
    ? { original, before: head, after: `${middle}${cut}${tail}`, description: cut }
    : { original, before: `${head}${cut}${middle}`, after: tail, description: cut };
}
