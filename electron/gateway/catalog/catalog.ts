import { dropOldest } from '../../../shared/collections/drop-oldest.ts';
import type { BackendName } from '../../../shared/config/backend-name.ts';
import type { Config } from '../../../shared/config/config.ts';
import type { Era } from '../../backends/modern/era-memory.ts';
import { createListeners, type Listeners } from '../../secrets/change-listeners.ts';
import { createDefinitions, type Definitions } from './definitions.ts';
import type { ListKind } from './kinds.ts';
import { type MergedList, mergeLists } from './merge.ts';
import { mismarkedTools } from './mismarked.ts';
import type { Slice } from './slice.ts';
import { createSliceStore } from './slice-store.ts';

/** What all sessions share of the merged lists: equal input is read and merged once. */
export interface Catalog {
  readonly definitions: Definitions;
  /** Told of the backend whose list was read anew. */
  readonly listed: Listeners<BackendName>;
  /** The list that was read last, in any session, for views that stand beside the sessions. */
  newest(backend: BackendName, kind: ListKind): Slice | undefined;
  intern(backend: BackendName, kind: ListKind, pages: readonly Buffer[], warning: string | undefined): Slice;
  /** What names of a backend begin with; empty where names are merged in another way. */
  prefixOf(backend: BackendName): string;
  /** Another number than before when equal parts may merge into another list: new settings, an approval. */
  edition(): number;
  merge(
    kind: ListKind,
    parts: readonly { readonly backend: BackendName; readonly slice: Slice }[],
    era: Era,
  ): MergedList;
}

/** Told of tools that are other ones than were first seen, and whether they are held back (HTP-13). */
type TellChanged = (backend: BackendName, tools: readonly string[], isHeld: boolean) => void;

/** Merged lists kept at once; sessions with equal backends share one. */
const MAX_MERGED = 64;
const NONE_HELD: ReadonlySet<string> = new Set();

/** Makes the catalog of one gateway; `config` is asked anew on each use. */
export function createCatalog(config: () => Config, now: () => number, tellChanged: TellChanged): Catalog {
  const slices = createSliceStore();
  const definitions = createDefinitions(now);
  const listed = createListeners<BackendName>();
  const merged = new Map<string, MergedList>();
  const newest = new Map<string, Slice>();
  let mergedFor: Config | undefined;
  let edition = 0;
  let definitionsThen = 0;

  /** Forgets what was merged under other settings. */
  function refresh(): void {
    const present = config();
    if (mergedFor === present && definitionsThen === definitions.version()) return;
    if (mergedFor !== present) merged.clear();
    mergedFor = present;
    definitionsThen = definitions.version();
    edition++;
  }

  const holds = (backend: BackendName): boolean => config().backends.get(backend)?.tools.changed === 'hold';

  /** Tools that this client is not shown: unapproved changes, and marks that its era forbids. */
  function heldTools(backend: BackendName, slice: Slice, era: Era): ReadonlySet<string> {
    const changed = holds(backend) ? definitions.held(backend, slice) : NONE_HELD;
    return era === 'legacy' ? changed : new Set([...changed, ...mismarkedTools(slice)]);
  }

  return {
    definitions,
    listed,
    newest: (backend, kind) => newest.get(`${kind}\0${backend}`),
    intern(backend, kind, pages, warning) {
      const slice = slices.intern(backend, kind, pages, warning);
      newest.set(`${kind}\0${backend}`, slice);
      if (kind === 'tools') {
        const changed = definitions.note(backend, slice);
        if (changed.length > 0) tellChanged(backend, changed, holds(backend));
      }
      listed.tell(backend);
      return slice;
    },
    prefixOf(backend) {
      const { conflicts, prefixFormat } = config().tools;
      return conflicts === 'prefix' ? prefixFormat.replaceAll('{backend}', backend) : '';
    },
    edition() {
      refresh();
      return edition;
    },
    merge(kind, parts, era) {
      refresh();
      const present = config();
      const key = `${kind}\0${era}\0${definitions.version()}\0${parts.map(({ backend, slice }) => `${backend}:${slice.id}`).join()}`;
      const known = merged.get(key);
      if (known !== undefined) return known;
      const made = mergeLists(
        kind,
        parts.map(({ backend, slice }) => ({
          backend,
          slice,
          held: kind === 'tools' ? heldTools(backend, slice, era) : NONE_HELD,
        })),
        present,
      );
      merged.set(key, made);
      dropOldest(merged, MAX_MERGED);
      return made;
    },
  };
}
