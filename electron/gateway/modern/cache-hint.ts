import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import { memberRanges, splice } from '../../../shared/json/members.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import type { SessionScope } from '../../backends/open-transport.ts';
import type { ListKind } from '../catalog/kinds.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { type CacheHint, NO_CACHING } from './modern-result.ts';

/** What a backend says of how long its list may be kept; `undefined` where a page says nothing. */
export function readCacheHint(pages: readonly Buffer[]): CacheHint | undefined {
  const hints = pages.map((page) => {
    const result = scanMessage(page).members.get('result');
    if (result === undefined) return undefined;
    const bytes = page.subarray(result.start, result.end);
    const { members } = scanMessage(bytes);
    const ttl = members.get('ttlMs');
    const scope = members.get('cacheScope');
    if (ttl === undefined || scope === undefined) return undefined;
    const ttlMs = Number(bytes.toString('utf8', ttl.start, ttl.end));
    const isPublic = bytes.toString('utf8', scope.start, scope.end) === '"public"';
    return Number.isSafeInteger(ttlMs) && ttlMs >= 0
      ? { ttlMs, scope: isPublic ? ('public' as const) : ('private' as const) }
      : undefined;
  });
  return combine(hints);
}

/** The strictest of all: the shortest time, private unless all are public. */
function combine(hints: readonly (CacheHint | undefined)[]): CacheHint | undefined {
  const known = hints.filter((hint) => hint !== undefined);
  if (known.length === 0 || known.length < hints.length) return undefined;
  return {
    ttlMs: Math.min(...known.map(({ ttlMs }) => ttlMs)),
    scope: known.every(({ scope }) => scope === 'public') ? 'public' : 'private',
  };
}

/**
 * The hint of a merged list: never longer than what is left of any backend's, and private as soon as anything of the
 * caller went to a backend (hazard 31). Backends of the sessions era give none, so that their lists are not to be kept.
 */
export function cacheHint(session: ClientSession, kind: ListKind, caller: Principal, now: number): CacheHint {
  const parts = session.lists.parts(kind);
  const hint = combine(parts.map(({ slice, fetchedAt }) => leftOf(slice.hint, now - fetchedAt)));
  if (hint === undefined) return NO_CACHING;
  const isCallers =
    session.captured.length > 0 ||
    parts.some(({ backend }) => {
      const config = session.backends.get(backend)?.session.scope.config;
      return config === undefined || isPersonal(config, caller);
    });
  return isCallers ? { ...hint, scope: 'private' } : hint;
}

/** A hint for a list that was kept here for a while already: nobody may keep it longer than its backend said. */
function leftOf(hint: CacheHint | undefined, ageMs: number): CacheHint | undefined {
  return hint && { ...hint, ttlMs: Math.max(0, Math.min(hint.ttlMs, Math.round(hint.ttlMs - ageMs))) };
}

/**
 * An answer to resources/read as its caller may keep it: nobody else's where anything of the caller went to the backend,
 * whatever the backend says of it (hazard 31).
 */
export function withOwnScope(answer: Buffer, scope: SessionScope, caller: Principal): Buffer {
  if (scope.captured.length === 0 && !isPersonal(scope.config, caller)) return answer;
  const result = scanMessage(answer).members.get('result');
  if (result === undefined || answer[result.start] !== OPEN_BRACE) return answer;
  const range = memberRanges(answer, result).get('cacheScope');
  return range === undefined ? answer : Buffer.from(splice(answer, [{ range, text: '"private"' }]));
}

const OPEN_BRACE = 0x7b;

function isPersonal(config: BackendConfig, caller: Principal): boolean {
  if (config.type === 'stdio') return false;
  return (
    config.auth.strategy !== 'none' ||
    config.secretHeaders.length > 0 ||
    (config.identityHeaders === 'auto' && caller.kind === 'user') ||
    (config.identityHeaders === 'on' && caller.kind !== 'anonymous')
  );
}
