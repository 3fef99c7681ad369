import { randomBytes } from 'node:crypto';
import type { BackendName } from '../../../shared/config/backend-name.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import type { BackendSession } from '../../backends/backend-session.ts';
import type { Era } from '../../backends/modern/era-memory.ts';
import type { BackendSessionState } from '../../backends/session-state.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { fetchList } from '../catalog/fetch-list.ts';
import { LIST_KINDS, LISTS, type ListKind } from '../catalog/kinds.ts';
import type { MergedEntry, MergedList } from '../catalog/merge.ts';
import type { Slice } from '../catalog/slice.ts';

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
  /** The merged list, after waiting for backends that are opening and lists that are being fetched. */
  load(kind: ListKind, caller: Principal): Promise<MergedList>;
  /**
   * What a name stood for while its backend was there, for a backend that is on its way back or whose list is read anew
   * and takes its time: a call of it waits for the backend or fails by the backend's own word, rather than as a name that
   * nobody knows (HTP-01).
   */
  away(kind: ListKind, name: string): MergedEntry | undefined;
  /** The backend whose prefix this name has and that is not there: it may well have the item (HTP-01). */
  missingOwner(name: string): BackendSession | undefined;
  /** Begins to read a backend's tools: they are asked for first. */
  prefetch(backend: BackendName, caller: Principal): void;
  /** Forgets what a backend listed: it said that it changed, or it was opened again. */
  invalidate(backend: BackendName, kinds?: readonly ListKind[]): void;
  /** As `invalidate`, and also what its names stood for: the backend was removed or has other settings now. */
  forget(backend: BackendName): void;
  /** A cursor for a later page of a list that is kept as it is (hazard 7). */
  cursorFor(list: MergedList, page: number): string;
  readCursor(cursor: string): { readonly list: MergedList; readonly page: number } | undefined;
  /** What the merged list is made of. */
  parts(kind: ListKind): readonly ListPart[];
  /** Forgets the lists that their backends do not want to be kept any longer (2026-07-28, caching). */
  expire(kind: ListKind): void;
  /** Lists that the client has read at least once. */
  readonly served: Set<ListKind>;
}

/**
 * How long a list waits for a backend that is still opening, counted from the opening of the session (contract 5). A
 * process may have to start first; a server that says nothing for this long hangs, and comes late if it does not.
 */
const OPENING_WAIT_MS = { http: 2_000, sse: 2_000, stdio: 4_500 } as const;
/** The same for what a backend that is open lists. */
const LISTING_WAIT_MS = 4_500;
/** How often a list is looked at anew whose backends change theirs all the time; after that the rest comes late. */
const MAX_ROUNDS = 20;
const MAX_CURSORS = 64;
/** How long a failed list is left out before it is asked for again. */
const FAILED_MS = 5_000;

interface Entry {
  slice: Slice | undefined;
  fetching: Promise<void> | undefined;
  /** When the last attempt failed; it counts as an answer for a short while. */
  failedAt: number | undefined;
  fetchedAt: number;
}

/** A merged list and all that it hangs on, so that a call does not put it together again. */
interface Standing {
  readonly list: MergedList;
  readonly edition: number;
  readonly epoch: number;
  readonly states: readonly BackendSessionState[];
}

export interface SessionListsOptions {
  readonly backends: ReadonlyMap<BackendName, { readonly session: BackendSession }>;
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

export function createSessionLists(options: SessionListsOptions): SessionLists {
  const { backends, catalog } = options;
  const entries = new Map<string, Entry>();
  const cursors = new Map<string, { list: MergedList; page: number }>();
  const served = new Set<ListKind>();
  /** The last merged list that each backend was part of. */
  const lastWith = new Map<string, MergedList>();
  const standing = new Map<ListKind, Standing>();
  /** Lists that were waited for in vain: until one comes, nobody waits for it again, whose calls go elsewhere. */
  const late = new Set<string>();
  /** Grows with everything that was read or forgotten. */
  let epoch = 0;
  const keyOf = (backend: string, kind: ListKind): string => `${kind}\0${backend}`;

  function has(session: BackendSession, kind: ListKind): boolean {
    const state = session.state();
    return state.state === 'ready' && LISTS[kind].capability in state.hello.capabilities;
  }

  function fetch(
    backend: BackendName,
    session: BackendSession,
    kind: ListKind,
    caller: Principal,
  ): Promise<void> {
    const key = keyOf(backend, kind);
    const entry = entries.get(key) ?? {
      slice: undefined,
      fetching: undefined,
      failedAt: undefined,
      fetchedAt: 0,
    };
    entries.set(key, entry);
    entry.fetching ??= fetchList(session, LISTS[kind], caller).then((fetched) => {
      entry.fetching = undefined;
      epoch++;
      if (entries.get(key) !== entry) return;
      entry.fetchedAt = options.now();
      entry.failedAt = fetched.ok ? undefined : options.now();
      if (!fetched.ok) return;
      entry.slice = catalog.intern(backend, kind, fetched.pages, fetched.warning);
      if (late.delete(key)) options.cameLate(kind);
    });
    return entry.fetching;
  }

  function parts(kind: ListKind): ListPart[] {
    return [...backends].flatMap(([backend, { session }]) => {
      const entry = has(session, kind) ? entries.get(keyOf(backend, kind)) : undefined;
      return entry?.slice === undefined ? [] : [{ backend, slice: entry.slice, fetchedAt: entry.fetchedAt }];
    });
  }

  function merge(kind: ListKind): MergedList {
    const present = parts(kind);
    const list = catalog.merge(kind, present, options.era);
    for (const { backend } of present) lastWith.set(keyOf(backend, kind), list);
    return list;
  }

  const openingUntil = ({ scope }: BackendSession): number =>
    options.openedAt + OPENING_WAIT_MS[scope.config.type];

  const isAwaited = (backend: BackendName, session: BackendSession): boolean =>
    options.isAwaited(backend) && options.now() <= openingUntil(session);

  function isSettled(backend: BackendName, session: BackendSession, kind: ListKind): boolean {
    const state = session.state().state;
    if (state === 'opening') return !isAwaited(backend, session);
    const entry = entries.get(keyOf(backend, kind));
    if (!has(session, kind) || entry?.slice !== undefined) return true;
    if (entry?.fetching !== undefined && late.has(keyOf(backend, kind))) return true;
    return (
      entry?.failedAt !== undefined &&
      entry.fetching === undefined &&
      options.now() - entry.failedAt < FAILED_MS
    );
  }

  function unsettled(kind: ListKind): [BackendName, BackendSession][] {
    return [...backends].flatMap(([backend, { session }]) =>
      isSettled(backend, session, kind) ? [] : [[backend, session] as [BackendName, BackendSession]],
    );
  }

  async function settle(
    backend: BackendName,
    session: BackendSession,
    kind: ListKind,
    caller: Principal,
  ): Promise<void> {
    let fetchUntil: number | undefined;
    // More than once where what was read was out of date before it was there: the backend was opened again meanwhile.
    while (!isSettled(backend, session, kind)) {
      const isOpening = session.state().state === 'opening';
      if (!isOpening) fetchUntil ??= Math.max(options.now() + 1_000, options.openedAt + LISTING_WAIT_MS);
      const left = (isOpening ? openingUntil(session) : (fetchUntil ?? 0)) - options.now();
      if (left <= 0) {
        if (!isOpening) late.add(keyOf(backend, kind));
        return;
      }
      if (!isOpening && late.has(keyOf(backend, kind))) {
        void fetch(backend, session, kind, caller);
        return;
      }
      await within(isOpening ? session.ready() : fetch(backend, session, kind, caller), left);
    }
    if (session.state().state === 'opening' && options.isAwaited(backend)) options.waitedInVain(backend);
  }

  function isStanding({ edition, epoch: then, states }: Standing): boolean {
    if (then !== epoch || edition !== catalog.edition() || states.length !== backends.size) return false;
    let at = 0;
    for (const { session } of backends.values()) if (session.state() !== states[at++]) return false;
    return true;
  }

  /** Whether nothing but an event changes what this backend lists: no wait is running out, nothing has failed. */
  function isLasting(backend: BackendName, session: BackendSession, kind: ListKind): boolean {
    if (session.state().state === 'opening') return false;
    return !has(session, kind) || entries.get(keyOf(backend, kind))?.slice !== undefined;
  }

  return {
    served,
    parts,
    expire(kind) {
      for (const backend of backends.keys()) {
        const entry = entries.get(keyOf(backend, kind));
        const hint = entry?.slice?.hint;
        if (entry === undefined || hint === undefined || entry.fetching !== undefined) continue;
        if (options.now() - entry.fetchedAt >= hint.ttlMs && entries.delete(keyOf(backend, kind))) epoch++;
      }
    },
    current(kind) {
      const known = standing.get(kind);
      if (known !== undefined && isStanding(known)) return known.list;
      for (const [backend, { session }] of backends) if (!isSettled(backend, session, kind)) return undefined;
      const list = merge(kind);
      if ([...backends].every(([backend, { session }]) => isLasting(backend, session, kind))) {
        const states = [...backends.values()].map(({ session }) => session.state());
        standing.set(kind, { list, edition: catalog.edition(), epoch, states });
      }
      return list;
    },
    async load(kind, caller) {
      const until = options.now() + LISTING_WAIT_MS;
      const all = [...backends];
      await Promise.all(all.map(([backend, { session }]) => settle(backend, session, kind, caller)));
      // What one backend listed may be out of date before the list of another is there: left out then, all that it has
      // would be nobody's, and nothing would tell the client of it afterwards.
      let open = unsettled(kind);
      for (let round = 0; open.length > 0 && round < MAX_ROUNDS && options.now() < until; round++) {
        await Promise.all(open.map(([backend, session]) => settle(backend, session, kind, caller)));
        open = unsettled(kind);
      }
      for (const [backend, session] of open) {
        if (session.state().state !== 'ready') continue;
        late.add(keyOf(backend, kind));
        void fetch(backend, session, kind, caller);
      }
      return merge(kind);
    },
    away(kind, name) {
      for (const [backend, { session }] of backends) {
        const entry = lastWith.get(keyOf(backend, kind))?.byName.get(name);
        const isRead = entries.get(keyOf(backend, kind))?.slice !== undefined || !has(session, kind);
        const isAway = session.state().state !== 'ready' || !isRead;
        if (entry?.backend === backend && isAway) return entry;
      }
      return undefined;
    },
    missingOwner(name) {
      for (const [backend, { session }] of backends) {
        const prefix = catalog.prefixOf(backend);
        if (prefix !== '' && name.startsWith(prefix) && session.state().state !== 'ready') return session;
      }
      return undefined;
    },
    prefetch(backend, caller) {
      const owner = backends.get(backend);
      if (owner !== undefined && has(owner.session, 'tools'))
        void fetch(backend, owner.session, 'tools', caller);
    },
    invalidate(backend, kinds = LIST_KINDS) {
      epoch++;
      for (const kind of kinds) entries.delete(keyOf(backend, kind));
    },
    forget(backend) {
      epoch++;
      for (const kind of LIST_KINDS) {
        entries.delete(keyOf(backend, kind));
        lastWith.delete(keyOf(backend, kind));
      }
    },
    cursorFor(list, page) {
      const cursor = randomBytes(18).toString('base64url');
      cursors.set(cursor, { list, page });
      const oldest = cursors.keys().next().value;
      if (cursors.size > MAX_CURSORS && oldest !== undefined) cursors.delete(oldest);
      return cursor;
    },
    readCursor: (cursor) => cursors.get(cursor),
  };
}

/** Waits for a promise, but not longer than this. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    timer.unref();
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}
