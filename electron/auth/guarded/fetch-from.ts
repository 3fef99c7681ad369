import { createGuardedFetch, type GuardedFetch, type GuardedFetchOptions } from './guarded-fetch.ts';
import { type Reach, reachOf, systemResolve } from './reach.ts';

const NEAREST_LAST: readonly Reach[] = ['public', 'private', 'loopback'];

/**
 * A guarded `fetch` that reaches as far as the addresses that the user typed do. The reach is looked at on every call:
 * a laptop changes networks, and a name that did not resolve at the start may do so later.
 */
export function createFetchFrom(
  typed: readonly string[],
  options: Omit<GuardedFetchOptions, 'reach'> = {},
): GuardedFetch {
  const byReach = new Map<Reach, GuardedFetch>();
  const fetchFor = (reach: Reach): GuardedFetch => {
    const existing = byReach.get(reach);
    if (existing !== undefined) return existing;
    const made = createGuardedFetch({ ...options, reach });
    byReach.set(reach, made);
    return made;
  };
  const fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const resolve = options.resolve ?? systemResolve;
    const reaches = await Promise.all(typed.map((text) => reachOf(new URL(text), resolve)));
    return fetchFor(nearest(reaches))(url, init);
  };
  return Object.assign(fetch, {
    async [Symbol.asyncDispose]() {
      await Promise.all([...byReach.values()].map((one) => one[Symbol.asyncDispose]()));
    },
  });
}

function nearest(reaches: readonly Reach[]): Reach {
  return reaches.reduce(
    (best, reach) => (NEAREST_LAST.indexOf(reach) > NEAREST_LAST.indexOf(best) ? reach : best),
    'public',
  );
}
