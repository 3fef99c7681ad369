import type { BackendName } from '../../../shared/config/backend-name.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import type { BackendSession } from '../../backends/backend-session.ts';
import type { Era } from '../../backends/modern/era-memory.ts';
import type { BackendSessionState } from '../../backends/session-state.ts';
import type { BackendFailure } from '../../backends/transport.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { LIST_KINDS, type ListKind } from '../catalog/kinds.ts';
import type { MergedEntry, MergedList } from '../catalog/merge.ts';
import type { Slice } from '../catalog/slice.ts';
import { within } from '../within.ts';
import { createListCursors, type ListPlace } from './list-cursors.ts';
import { createListReads, listKey } from './list-reads.ts';
import { absenceOf, hasList, isOutdated, type ListStanding, MEANING, standingOf } from './list-standing.ts';

/** What one backend brings to a merged list, and since when it has been at hand. */
export interface ListPart {
  readonly backend: BackendName;
  readonly slice: Slice;
  readonly fetchedAt: number;
}

/** The lists that one session sees: a slice per backend, merged on demand. */
export interface SessionLists {
  /** The merged list if everything that belongs to it is at hand; `undefined` when something must be fetched first. */
  current(kind: ListKind): MergedList | undefined;
  /**
   * The merged list as it was, where nothing is missing in it but has to be read again: nobody who calls what stands there
   * waits for that. `undefined` where there is none.
   */
  outdated(kind: ListKind): MergedList | undefined;
  /** The merged list, after waiting for backends that are opening and lists that are being fetched. */
  load(kind: ListKind, caller: Principal): Promise<MergedList>;
  /**
   * What a name stood for while its backend was there, for a backend that is on its way back or whose list is read anew
   * and takes its time: a call of it waits for the backend or fails by the backend's own word, rather than as a name that
   * nobody knows (HTP-01).
   */
  lastKnown(kind: ListKind, name: string): MergedEntry | undefined;
  /**
   * Why the backend whose prefix this name has, or the only one where names have none, cannot say whether it has the item:
   * it is not there, or its list is not. `undefined` where nobody has it (HTP-01).
   */
  whyAbsent(kind: ListKind, name: string): BackendFailure | undefined;
  /** Begins to read a backend's tools: they are asked for first. */
  prefetch(backend: BackendName, caller: Principal): void;
  /** Forgets what a backend listed: it said that it changed, or it was opened again. */
  invalidate(backend: BackendName, kinds?: readonly ListKind[]): void;
  /** As `invalidate`, and also what its names stood for: the backend was removed or has other settings now. */
  forget(backend: BackendName): void;
  /** A cursor for a later page of a list that is kept as it is (hazard 7). */
  cursorFor(list: MergedList, page: number): string;
  readCursor(cursor: string): ListPlace | undefined;
  /** What the merged list is made of. */
  parts(kind: ListKind): readonly ListPart[];
  /**
   * Has the lists read again that may not be served any longer: past the time that their backends give (2026-07-28,
   * caching), or of backends that do not tell of changes and may have changed since. True where there was one.
   */
  expire(kind: ListKind): boolean;
  /** Lists that the client has read at least once. */
  readonly served: Set<ListKind>;
}

/**
 * How long a list waits for a backend that is still opening, in ms from the opening of the session (contract 5). A
 * process may have to start first; a server that says nothing for this long hangs, and comes late if it does not.
 */
const OPENING_WAIT_MS = { http: 2_000, sse: 2_000, stdio: 4_500 } as const;
/** The same for what a backend that is open lists. */
const LISTING_WAIT_MS = 4_500;
/** What a backend that opened late is given for its list at least, in ms. */
const SHORTEST_LISTING_WAIT_MS = 1_000;
/** How often a list is looked at anew whose backends change theirs all the time; after that the rest comes late. */
const MAX_ROUNDS = 20;

/** A merged list and all that it hangs on, so that a call does not put it together again. */
interface KeptMerge {
  readonly list: MergedList;
  readonly edition: number;
  readonly epoch: number;
  readonly states: readonly BackendSessionState[];
}

export interface SessionListsOptions {
  readonly backends: ReadonlyMap<
    BackendName,
    { readonly session: BackendSession; readonly notes: { readonly calledAt: number } }
  >;
  readonly catalog: Catalog;
  readonly era: Era;
  readonly openedAt: number;
  readonly now: () => number;
  /** Whether a list waits for this backend while it is opening. */
  readonly isAwaited: (backend: BackendName) => boolean;
  /** A list went out without this backend, which is still opening. */
  readonly waitedInVain: (backend: BackendName) => void;
  /** What nobody waited for any more has come. */
  readonly cameLate: (kind: ListKind) => void;
}

/** Makes the lists of one session; nothing is read before somebody asks for it. */
export function createSessionLists(options: SessionListsOptions): SessionLists {
  const { backends, catalog, now, openedAt } = options;
  const reads = createListReads(catalog, now, options.cameLate);
  const cursors = createListCursors();
  const served = new Set<ListKind>();
  /** The last merged list that each backend was part of. */
  const lastWith = new Map<string, MergedList>();
  const merges = new Map<ListKind, KeptMerge>();

  const standing = (backend: BackendName, session: BackendSession, kind: ListKind): ListStanding =>
    standingOf(kind, {
      state: session.state(),
      read: reads.of(backend, kind),
      isLate: reads.isLate(backend, kind),
      openingUntil: options.isAwaited(backend)
        ? openedAt + OPENING_WAIT_MS[session.scope.config.type]
        : undefined,
      now: now(),
    });

  const standings = (kind: ListKind) =>
    [...backends].map(([backend, { session }]) => ({
      backend,
      session,
      stands: standing(backend, session, kind).kind,
    }));

  const unsettled = (kind: ListKind) => standings(kind).filter(({ stands }) => !MEANING[stands].isSettled);

  function parts(kind: ListKind): ListPart[] {
    return [...backends].flatMap(([backend, { session }]) => {
      const read = hasList(session.state(), kind) ? reads.of(backend, kind) : undefined;
      return read?.slice === undefined ? [] : [{ backend, slice: read.slice, fetchedAt: read.fetchedAt }];
    });
  }

  function merge(kind: ListKind): MergedList {
    const present = parts(kind);
    const list = catalog.merge(kind, present, options.era);
    for (const { backend } of present) lastWith.set(listKey(backend, kind), list);
    return list;
  }

  /** Waits until one list is settled. More than one round where it is out of date before it has come. */
  async function settle(
    backend: BackendName,
    session: BackendSession,
    kind: ListKind,
    caller: Principal,
  ): Promise<void> {
    let readUntil: number | undefined;
    for (;;) {
      const stands = standing(backend, session, kind);
      switch (stands.kind) {
        case 'opening':
          await within(session.ready(), stands.until - now());
          break;
        case 'unread':
          readUntil ??= Math.max(now() + SHORTEST_LISTING_WAIT_MS, openedAt + LISTING_WAIT_MS);
          if (now() >= readUntil) {
            reads.noteLate(backend, kind);
            return;
          }
          await within(reads.read(backend, session, kind, caller), readUntil - now());
          break;
        case 'late-unread':
          void reads.read(backend, session, kind, caller);
          return;
        case 'passed-over':
          if (options.isAwaited(backend)) options.waitedInVain(backend);
          return;
        case 'absent':
        case 'at-hand':
        case 'stale':
        case 'late':
        case 'failed':
          return;
      }
    }
  }

  function isCurrent({ edition, epoch, states }: KeptMerge): boolean {
    if (epoch !== reads.epoch() || edition !== catalog.edition() || states.length !== backends.size)
      return false;
    let at = 0;
    for (const { session } of backends.values()) if (session.state() !== states[at++]) return false;
    return true;
  }

  return {
    served,
    parts,
    current(kind) {
      const kept = merges.get(kind);
      if (kept !== undefined && isCurrent(kept)) return kept.list;
      const meanings = standings(kind).map(({ stands }) => MEANING[stands]);
      if (meanings.some(({ isSettled }) => !isSettled)) return undefined;
      const list = merge(kind);
      if (meanings.every(({ isLasting }) => isLasting)) {
        const states = [...backends.values()].map(({ session }) => session.state());
        merges.set(kind, { list, edition: catalog.edition(), epoch: reads.epoch(), states });
      }
      return list;
    },
    outdated(kind) {
      const isMissing = unsettled(kind).some(
        ({ backend, session }) =>
          session.state().state !== 'ready' || reads.of(backend, kind)?.slice === undefined,
      );
      return isMissing ? undefined : merge(kind);
    },
    async load(kind, caller) {
      const until = now() + LISTING_WAIT_MS;
      const all = [...backends];
      await Promise.all(all.map(([backend, { session }]) => settle(backend, session, kind, caller)));
      // What one backend listed may be out of date before the list of another is there: left out then, all that it has
      // would be nobody's, and nothing would tell the client of it afterwards.
      let open = unsettled(kind);
      for (let round = 0; open.length > 0 && round < MAX_ROUNDS && now() < until; round++) {
        await Promise.all(open.map(({ backend, session }) => settle(backend, session, kind, caller)));
        open = unsettled(kind);
      }
      for (const { backend, session } of open) {
        if (session.state().state !== 'ready') continue;
        reads.noteLate(backend, kind);
        void reads.read(backend, session, kind, caller);
      }
      return merge(kind);
    },
    lastKnown(kind, name) {
      for (const [backend, { session }] of backends) {
        const entry = lastWith.get(listKey(backend, kind))?.byName.get(name);
        const isRead = reads.of(backend, kind)?.slice !== undefined || !hasList(session.state(), kind);
        const isAway = session.state().state !== 'ready' || !isRead;
        if (entry?.backend === backend && isAway) return entry;
      }
      return undefined;
    },
    whyAbsent(kind, name) {
      for (const [backend, { session }] of backends) {
        const prefix = catalog.prefixOf(backend);
        const isOwner = prefix === '' ? backends.size === 1 : name.startsWith(prefix);
        const why = isOwner ? absenceOf(kind, backend, session.state(), reads.of(backend, kind)) : undefined;
        if (why !== undefined) return why;
      }
      return undefined;
    },
    prefetch(backend, caller) {
      const session = backends.get(backend)?.session;
      if (session !== undefined && hasList(session.state(), 'tools'))
        void reads.read(backend, session, 'tools', caller);
    },
    expire(kind) {
      const before = reads.epoch();
      for (const [backend, { session, notes }] of backends) {
        const read = reads.of(backend, kind);
        if (isOutdated(kind, session.state(), read, notes.calledAt, now())) reads.outdate(backend, kind);
      }
      return reads.epoch() !== before;
    },
    invalidate(backend, kinds = LIST_KINDS) {
      for (const kind of kinds) reads.forget(backend, kind);
    },
    forget(backend) {
      for (const kind of LIST_KINDS) {
        reads.forget(backend, kind);
        lastWith.delete(listKey(backend, kind));
      }
    },
    cursorFor: (list, page) => cursors.give({ list, page }),
    readCursor: cursors.read,
  };
}
