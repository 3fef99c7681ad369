import { type NameConflict, nameItems } from '../../../shared/catalog/naming.ts';
import type { BackendName } from '../../../shared/config/backend-name.ts';
import type { CatalogSettings, Config } from '../../../shared/config/config.ts';
import { splice } from '../../../shared/json/members.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import { LISTS, type ListKind } from './kinds.ts';
import { aliasOf, templateAliasOf } from './resource-alias.ts';
import type { Slice, SliceItem } from './slice.ts';

export interface MergedEntry {
  readonly advertised: string;
  readonly backend: BackendName;
  readonly original: string;
  readonly item: SliceItem;
}

/** One list of all backends of a session, under the names that the client sees. */
export interface MergedList {
  readonly kind: ListKind;
  readonly entries: readonly MergedEntry[];
  readonly byName: ReadonlyMap<string, MergedEntry>;
  /** The JSON of the items of each page, comma-separated, ready to be sent. */
  readonly pages: readonly Buffer[];
  readonly conflicts: readonly NameConflict[];
  /** What the result says besides, of a list that is one backend's alone (`Slice.extra`). */
  readonly extra: string;
}

/** One backend's contribution. */
export interface MergePart {
  readonly backend: BackendName;
  readonly slice: Slice;
  /** Original names that are kept back until a person approves their changed definition (HTP-13). */
  readonly held: ReadonlySet<string>;
}

/** Items per page: clients that do not page are common, so a page is large (B70). */
const PAGE_ITEMS = 1_000;

/** Merges the lists of all backends, in the order of the config. Pure: the same input gives the same bytes. */
export function mergeLists(kind: ListKind, parts: readonly MergePart[], config: Config): MergedList {
  const named =
    kind === 'tools' || kind === 'prompts' ? nameByRules(kind, parts, config) : nameByAddress(kind, parts);
  const byName = new Map(named.entries.map((entry) => [entry.advertised, entry]));
  const texts = named.entries.map((entry) => itemText(entry, kind, config));
  const pages: Buffer[] = [];
  for (let at = 0; at < texts.length; at += PAGE_ITEMS)
    pages.push(Buffer.from(texts.slice(at, at + PAGE_ITEMS).join(',')));
  return {
    kind,
    entries: named.entries,
    byName,
    pages: pages.length === 0 ? [Buffer.alloc(0)] : pages,
    conflicts: named.conflicts,
    extra: parts.length === 1 ? (parts[0]?.slice.extra ?? '') : '',
  };
}

interface Named {
  readonly entries: readonly MergedEntry[];
  readonly conflicts: readonly NameConflict[];
}

function nameByRules(kind: 'tools' | 'prompts', parts: readonly MergePart[], config: Config): Named {
  const settings: CatalogSettings = config.tools;
  const naming = nameItems({
    conflicts: settings.conflicts,
    order: settings.order,
    prefixFormat: settings.prefixFormat,
    backends: parts.map(({ backend, slice, held }) => {
      const items = slice.items.map(({ original }) => original).filter((name) => !held.has(name));
      const own = kind === 'tools' ? config.backends.get(backend)?.tools : undefined;
      return { name: backend, items, only: own?.only, hide: own?.hide, rename: own?.rename };
    }),
  });
  const items = new Map(
    parts.map(({ backend, slice }) => [backend, new Map(slice.items.map((item) => [item.original, item]))]),
  );
  const entries = naming.entries.flatMap((entry) => {
    const item = items.get(entry.backend)?.get(entry.original);
    return item === undefined ? [] : [{ ...entry, item }];
  });
  return { entries, conflicts: naming.conflicts };
}

/** Addresses stay as they are; of two equal ones the first backend keeps it, the other gets an alias (hazard 9). */
function nameByAddress(kind: 'resources' | 'templates', parts: readonly MergePart[]): Named {
  const alias = kind === 'templates' ? templateAliasOf : aliasOf;
  const taken = new Map<string, BackendName>();
  const conflicts: NameConflict[] = [];
  const entries: MergedEntry[] = [];
  for (const { backend, slice } of parts) {
    for (const item of slice.items) {
      const owner = taken.get(item.original);
      const advertised = owner === undefined ? item.original : alias(backend, item.original);
      if (owner === undefined) taken.set(item.original, backend);
      else conflicts.push({ name: item.original, backends: [owner, backend], resolution: 'renamed' });
      entries.push({ advertised, backend, original: item.original, item });
    }
  }
  return { entries, conflicts };
}

function itemText(entry: MergedEntry, kind: ListKind, config: Config): string {
  const { item, advertised, backend, original } = entry;
  const text = `${item.before}${JSON.stringify(advertised)}${item.after}`;
  const described = kind === 'tools' ? config.backends.get(backend)?.tools.describe.get(original) : undefined;
  return described === undefined ? text : withDescription(text, described);
}

function withDescription(text: string, description: string): string {
  const bytes = Buffer.from(text);
  const range = scanMessage(bytes).members.get('description');
  const value = JSON.stringify(description);
  if (range !== undefined) return Buffer.from(splice(bytes, [{ range, text: value }])).toString('utf8');
  return text.replace(/\}\s*$/, `,"description":${value}}`);
}

/** What stands before and after the items of one page, in a result that begins with `head`: `{` and own members. */
export function pageFrame(
  { kind, extra }: MergedList,
  head: string,
  cursor: string | undefined,
): { readonly before: string; readonly after: string } {
  const next = cursor === undefined ? '' : `,"nextCursor":${JSON.stringify(cursor)}`;
  return { before: `${head}"${LISTS[kind].member}":[`, after: `]${next}${extra}}` };
}
