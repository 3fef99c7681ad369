import type { BackendName } from '../../../shared/config/backend-name.ts';
import { memberOf } from '../../../shared/json/member-of.ts';
import { failure } from '../../backends/failure.ts';
import type { BackendSessionState } from '../../backends/session-state.ts';
import type { BackendFailure } from '../../backends/transport.ts';
import { LISTS, type ListKind } from '../catalog/kinds.ts';
import type { ListRead } from './list-reads.ts';

/** Where the list of one backend stands for whoever wants to merge it. */
export type ListStanding =
  /** The backend is opening, and worth waiting for until then, in ms since 1970. */
  | { readonly kind: 'opening'; readonly until: number }
  /** The backend is opening, and nobody waits for it any more. */
  | { readonly kind: 'passed-over' }
  /** The backend is not there, or has no such list. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'at-hand' }
  /** It is out of date, but its backend was asked again in vain: what was read last is better than none of its items. */
  | { readonly kind: 'stale' }
  /** To be read, or being read. */
  | { readonly kind: 'unread' }
  /** It was waited for in vain: it is being read, and comes when it comes. */
  | { readonly kind: 'late' }
  /** It was waited for in vain, and has to be read anew before it can come. */
  | { readonly kind: 'late-unread' }
  /** Reading it failed a moment ago. */
  | { readonly kind: 'failed' };

interface Meaning {
  /** The list can be merged as things are: there is nothing to wait for. */
  readonly isSettled: boolean;
  /** Nothing but an event changes it: no wait is running out, no failure grows old. */
  readonly isLasting: boolean;
}

/** What each standing means to the merged list. */
export const MEANING: Readonly<Record<ListStanding['kind'], Meaning>> = {
  opening: { isSettled: false, isLasting: false },
  unread: { isSettled: false, isLasting: false },
  'late-unread': { isSettled: false, isLasting: false },
  'passed-over': { isSettled: true, isLasting: false },
  failed: { isSettled: true, isLasting: false },
  late: { isSettled: true, isLasting: false },
  stale: { isSettled: true, isLasting: false },
  absent: { isSettled: true, isLasting: true },
  'at-hand': { isSettled: true, isLasting: true },
};

/** How long a list that failed is left out before it is asked for again, in ms. */
const FAILED_MS = 5_000;

/** What the standing of one list hangs on; times in ms since 1970. */
export interface ListFacts {
  readonly state: BackendSessionState;
  readonly read: ListRead | undefined;
  /** It was waited for in vain, and has not come since. */
  readonly isLate: boolean;
  /** When nobody waits any more for the backend to open; `undefined` where nobody does at all. */
  readonly openingUntil: number | undefined;
  readonly now: number;
}

/** Decides where a list stands. Pure. */
export function standingOf(kind: ListKind, facts: ListFacts): ListStanding {
  const { state, read, isLate, openingUntil, now } = facts;
  if (state.state === 'opening') {
    return openingUntil !== undefined && now < openingUntil
      ? { kind: 'opening', until: openingUntil }
      : { kind: 'passed-over' };
  }
  if (!hasList(state, kind)) return { kind: 'absent' };
  const isThere = read?.slice !== undefined;
  if (isThere && !read.isOutdated) return { kind: 'at-hand' };
  if (read?.reading !== undefined) return { kind: !isLate ? 'unread' : isThere ? 'stale' : 'late' };
  if (read?.failed !== undefined && now - read.failed.at < FAILED_MS)
    return { kind: isThere ? 'stale' : 'failed' };
  return { kind: isLate ? 'late-unread' : 'unread' };
}

/** Whether a backend is there and has such a list. */
export function hasList(state: BackendSessionState, kind: ListKind): boolean {
  return state.state === 'ready' && LISTS[kind].capability in state.hello.capabilities;
}

/** Why nobody can say what a backend has, as far as that passes; `undefined` where its list says it, or it has none. */
export function absenceOf(
  kind: ListKind,
  backend: BackendName,
  state: BackendSessionState,
  read: ListRead | undefined,
): BackendFailure | undefined {
  if ('failure' in state) return state.failure;
  if (state.state === 'opening') return failure('backend.off', `${backend} is still being opened`);
  if (!hasList(state, kind) || read?.slice !== undefined) return undefined;
  // An error of its own is its word: it lists nothing.
  if (read?.failed !== undefined)
    return read.failed.failure.answered === true ? undefined : read.failed.failure;
  return failure('backend.timeout', `${backend} has not said yet what it has`);
}

/** How long the list of a backend that does not tell of changes is taken for the present one, in ms. */
const UNTOLD_MS = 1_000;

/**
 * Whether a list that was read may not be served any longer, although nobody has said so. A backend that announces
 * `listChanged` is believed; of any other nobody hears that a call has given it more tools, say, except by asking it
 * again (hazard 6: "on demand"). `calledAt`: when it last got a call; times in ms since 1970.
 */
export function isOutdated(
  kind: ListKind,
  state: BackendSessionState,
  read: ListRead | undefined,
  calledAt: number,
  now: number,
): boolean {
  if (read?.slice === undefined || read.isOutdated || read.reading !== undefined) return false;
  if (state.state !== 'ready') return false;
  const age = now - read.fetchedAt;
  const { hint } = read.slice;
  if (hint !== undefined) return age >= hint.ttlMs;
  const tellsOfChanges = memberOf(state.hello.capabilities[LISTS[kind].capability], 'listChanged') === true;
  return !tellsOfChanges && (age < 0 || age >= UNTOLD_MS || calledAt >= read.fetchedAt);
}
