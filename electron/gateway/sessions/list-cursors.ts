import { randomBytes } from 'node:crypto';
import { dropOldest } from '../../../shared/collections/drop-oldest.ts';
import type { MergedList } from '../catalog/merge.ts';

/** A later page of a list that is kept as it was when its first page was sent (hazard 7). */
export interface ListPlace {
  readonly list: MergedList;
  readonly page: number;
}

/** The cursors that one session has given out. */
export interface ListCursors {
  give(place: ListPlace): string;
  /** `undefined` for a cursor that is not ours, or that was given out too long ago. */
  read(cursor: string): ListPlace | undefined;
}

/** Cursors of one session that are good at once; the oldest gives way. */
const MAX_CURSORS = 64;

/** Makes the memory of one session, in which no cursor was given out. */
export function createListCursors(): ListCursors {
  const places = new Map<string, ListPlace>();
  return {
    give(place) {
      const cursor = randomBytes(18).toString('base64url');
      places.set(cursor, place);
      dropOldest(places, MAX_CURSORS);
      return cursor;
    },
    read: (cursor) => places.get(cursor),
  };
}
