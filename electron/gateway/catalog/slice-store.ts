import { readCacheHint } from '../modern/cache-hint.ts';
import { LISTS, type ListKind } from './kinds.ts';
import { readExtra } from './list-extra.ts';
import { digestPages, readItems, type Slice } from './slice.ts';

/** Keeps slices of equal content as one object, so that a thousand sessions hold one list. */
export interface SliceStore {
  /** The slice of these raw pages; read only when no session has seen the same bytes of this backend. */
  intern(backend: string, kind: ListKind, pages: readonly Buffer[], warning: string | undefined): Slice;
}

/** Different contents remembered per backend and list: sessions may see different lists. */
const KEPT_PER_LIST = 8;

/** Makes an empty store. Of one list the newest eight contents are remembered; older ones live as long as a session holds them. */
export function createSliceStore(): SliceStore {
  const kept = new Map<string, Slice[]>();
  let nextId = 1;
  return {
    intern(backend, kind, pages, warning) {
      const key = `${kind}\0${backend}`;
      const known = kept.get(key) ?? [];
      const digest = digestPages(pages);
      const same = known.find((slice) => slice.digest === digest);
      if (same !== undefined) return same;
      const { items, warnings } = readItems(pages, LISTS[kind]);
      const slice = {
        id: nextId++,
        digest,
        items,
        hint: readCacheHint(pages),
        extra: readExtra(pages[0], LISTS[kind]),
        warnings: warning === undefined ? warnings : [...warnings, warning],
      };
      kept.set(key, [slice, ...known].slice(0, KEPT_PER_LIST));
      return slice;
    },
  };
}
