import { type HeaderName, restrictedForm } from './name.ts';
import { RESTRICTED_ENTRIES, type RestrictionClass, type RestrictionEntry } from './restricted-entries.ts';

export type { RestrictionClass, RestrictionEntry };

/** What a configured name is used for. Only `Authorization` is treated differently by the two. */
export type HeaderUse = 'passthrough' | 'static';

/** The restricted names as versioned data. The README table is made from it; the version rises with every change. */
export const RESTRICTED: { readonly version: 1; readonly entries: readonly RestrictionEntry[] } = {
  version: 1,
  entries: RESTRICTED_ENTRIES,
};

const exact = new Map<string, RestrictionEntry>();
const prefixes: { readonly prefix: string; readonly entry: RestrictionEntry }[] = [];
for (const entry of RESTRICTED.entries) {
  if (entry.pattern.endsWith('*')) prefixes.push({ prefix: entry.pattern.slice(0, -1), entry });
  else exact.set(entry.pattern, entry);
}

/**
 * The rule that forbids a name for a use, or undefined. Compared in the restricted form (folded, `_` read as `-`),
 * so `X_Forwarded_For` is caught too (CFG-02). The text need not be a valid name.
 */
export function findRestriction(name: HeaderName | string, use: HeaderUse): RestrictionEntry | undefined {
  const form = restrictedForm(name);
  const entry = exact.get(form) ?? prefixes.find(({ prefix }) => form.startsWith(prefix))?.entry;
  if (entry === undefined || (use === 'static' && entry.staticAllowed === true)) return undefined;
  return entry;
}

/** The usual spelling of a restricted name, for messages: `x_forwarded_for` is shown as `X-Forwarded-For`. */
export function canonicalName(name: HeaderName | string): string {
  const form = restrictedForm(name);
  const entry = exact.get(form);
  if (entry !== undefined) return entry.shown;
  return form.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}
