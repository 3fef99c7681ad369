import { editMembers } from '../../../shared/json/edit-members.ts';
import { memberRanges, textOf } from '../../../shared/json/members.ts';
import { type Range, scanMessage } from '../../../shared/json/scan.ts';
import { META } from '../../../shared/mcp/modern.ts';
import type { ListShape } from './kinds.ts';
import { LIST_LIMITS } from './slice.ts';

/** Members of a list's result that are ours to say: what is listed, where it goes on, how long it may be kept. */
const OURS: ReadonlySet<string> = new Set(['nextCursor', 'resultType', 'ttlMs', 'cacheScope']);
const OPEN_BRACE = 0x7b;

/**
 * What the result of a list holds besides: `_meta` and members that we do not know, each with a comma before it, every
 * value as it was written (hazard 16). Nothing where it is larger or deeper than one item may be (HTP-11). What a backend
 * says there in the name of the server is left out (B72).
 */
export function readExtra(page: Buffer | undefined, shape: Pick<ListShape, 'member'>): string {
  const result = page && scanMessage(page).members.get('result');
  if (page === undefined || result === undefined || page[result.start] !== OPEN_BRACE) return '';
  const members: string[] = [];
  for (const [name, range] of memberRanges(page, result)) {
    if (name === shape.member || OURS.has(name)) continue;
    const text = name === '_meta' ? metaText(page, range) : textOf(page, range);
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
  }
  if (members.length === 0) return '';
  const whole = Buffer.from(`{${members.join(',')}}`);
  const isFitting = whole.length <= LIST_LIMITS.textBytes && !scanMessage(whole, LIST_LIMITS.depth).fault;
  return isFitting ? `,${members.join(',')}` : '';
}

function metaText(page: Buffer, meta: Range): string | undefined {
  if (page[meta.start] !== OPEN_BRACE || !memberRanges(page, meta).has(META.serverInfo))
    return textOf(page, meta);
  const text = editMembers(page, meta, new Map([[META.serverInfo, undefined]]));
  return text === '{}' ? undefined : text;
}
