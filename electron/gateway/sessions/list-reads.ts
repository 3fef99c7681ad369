import type { BackendName } from '../../../shared/config/backend-name.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import type { BackendSession } from '../../backends/backend-session.ts';
import type { BackendFailure } from '../../backends/transport.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { fetchList } from '../catalog/fetch-list.ts';
import { LISTS, type ListKind } from '../catalog/kinds.ts';
import type { Slice } from '../catalog/slice.ts';

/** What is known of one list of one backend; times in ms since 1970. */
export interface ListRead {
  readonly slice: Slice | undefined;
  /** The slice is out of date: served only where its backend cannot be asked again just now. */
  readonly isOutdated: boolean;
  readonly fetchedAt: number;
  /** The reading under way. */
  readonly reading: Promise<void> | undefined;
  /** Why and when the last attempt failed; it counts as an answer for a short while. */
  readonly failed: { readonly failure: BackendFailure; readonly at: number } | undefined;
}

/** The lists that one session has read from its backends. */
export interface ListReads {
  of(backend: BackendName, kind: ListKind): ListRead | undefined;
  /** Reads a list, or joins the reading under way. Never rejects: a failure is noted. */
  read(backend: BackendName, session: BackendSession, kind: ListKind, caller: Principal): Promise<void>;
  /** Forgets a list; one that is being read will not be taken. */
  forget(backend: BackendName, kind: ListKind): void;
  /** Has a list read again before it is served the next time. */
  outdate(backend: BackendName, kind: ListKind): void;
  /** Whether a list was waited for in vain: until it comes nobody waits for it again, whose calls go elsewhere. */
  isLate(backend: BackendName, kind: ListKind): boolean;
  noteLate(backend: BackendName, kind: ListKind): void;
  /** Another number after anything was read or forgotten. */
  epoch(): number;
}

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/** `cameLate` is told of lists that were waited for in vain, come after all, and are not what was served instead. */
export function createListReads(
  catalog: Catalog,
  now: () => number,
  cameLate: (kind: ListKind) => void,
): ListReads {
  const reads = new Map<string, Writable<ListRead>>();
  const late = new Set<string>();
  let epoch = 0;

  return {
    epoch: () => epoch,
    of: (backend, kind) => reads.get(listKey(backend, kind)),
    isLate: (backend, kind) => late.has(listKey(backend, kind)),
    noteLate: (backend, kind) => void late.add(listKey(backend, kind)),
    forget(backend, kind) {
      epoch++;
      reads.delete(listKey(backend, kind));
    },
    outdate(backend, kind) {
      const read = reads.get(listKey(backend, kind));
      if (read === undefined) return;
      epoch++;
      read.isOutdated = true;
    },
    read(backend, session, kind, caller) {
      const key = listKey(backend, kind);
      const read = reads.get(key) ?? {
        slice: undefined,
        isOutdated: false,
        fetchedAt: 0,
        reading: undefined,
        failed: undefined,
      };
      reads.set(key, read);
      read.reading ??= fetchList(session, LISTS[kind], caller).then((fetched) => {
        read.reading = undefined;
        epoch++;
        // Forgotten while it was read: what has come is of the time before.
        if (reads.get(key) !== read) return;
        read.failed = fetched.ok ? undefined : { failure: fetched.failure, at: now() };
        if (!fetched.ok) return;
        read.fetchedAt = now();
        const before = read.slice;
        read.slice = catalog.intern(backend, kind, fetched.pages, fetched.warning);
        read.isOutdated = false;
        if (late.delete(key) && read.slice !== before) cameLate(kind);
      });
      return read.reading;
    },
  };
}

/** One text per list of a session. */
export function listKey(backend: BackendName, kind: ListKind): string {
  return `${kind}\0${backend}`;
}
