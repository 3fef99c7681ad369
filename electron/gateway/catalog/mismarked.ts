import { hasInvalidMarks } from '../../../shared/mcp/param-headers.ts';
import { definitionText } from './definitions.ts';
import type { Slice } from './slice.ts';

const known = new WeakMap<Slice, ReadonlySet<string>>();
const MARK = 'x-mcp-header';

/** The tools of a list whose header marks are invalid: clients of 2026-07-28 are not shown them (SEP-2243). */
export function mismarkedTools(slice: Slice): ReadonlySet<string> {
  const found = known.get(slice) ?? new Set(slice.items.filter(isMismarked).map(({ original }) => original));
  known.set(slice, found);
  return found;
}

function isMismarked(item: Slice['items'][number]): boolean {
  if (!item.before.includes(MARK) && !item.after.includes(MARK)) return false;
  return hasInvalidMarks(Reflect.get(JSON.parse(definitionText(item)), 'inputSchema'));
}
