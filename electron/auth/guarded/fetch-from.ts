import type { GuardedFetch, GuardedFetchOptions } from './guarded-fetch.ts';
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
  const byReach = new Map<Reach, Promise<GuardedFetch>>();
  const fetchFor = (reach: Reach): Promise<GuardedFetch> => {
    const made = byReach.get(reach) ?? load({ ...options, reach });
    byReach.set(reach, made);
    return made;
  };
  const fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const resolve = options.resolve ?? systemResolve;
    const reaches = await Promise.all(typed.map((text) => reachOf(new URL(text), resolve)));
    const guarded = await fetchFor(nearest(reaches));
    return await guarded(url, init);
  };
  return Object.assign(fetch, {
    async [Symbol.asyncDispose]() {
      await Promise.all([...byReach.values()].map(async (one) => (await one)[Symbol.asyncDispose]()));
    },
  });
}

/** Loaded when something is asked for: most set-ups never do, and the library behind it takes 10 MiB of memory. */
async function load(options: GuardedFetchOptions): Promise<GuardedFetch> {
  const { createGuardedFetch } = await import('./guarded-fetch.ts');
  return createGuardedFetch(options);
}

function nearest(reaches: readonly Reach[]): Reach {
  return reaches.reduce(
    (best, reach) => (NEAREST_LAST.indexOf(reach) > NEAREST_LAST.indexOf(best) ? reach : best),
    'public',
  );
}
