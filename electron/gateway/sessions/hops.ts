/** Gateways that a request may pass before us; a chain of more is taken for a circle. */
const MAX_HOPS = 8;
/** What a gateway of ours marks its requests with: random, hence useless to anybody else. */
const HOP = /^[0-9a-f]{24}$/;
const NO_HOPS: readonly string[] = Object.freeze([]);

/**
 * The gateways that a request came through, newest first, out of its hop marker (CFG-13). Anything that is not shaped
 * like a marker of ours is left out: what a client writes there never travels on. Undefined where the chain is too long.
 */
export function readHops(marker: string | undefined): readonly string[] | undefined {
  if (marker === undefined) return NO_HOPS;
  const hops = marker.split(',').map((hop) => hop.trim());
  return hops.length > MAX_HOPS ? undefined : hops.filter((hop) => HOP.test(hop));
}

/** The marker of requests that are made for a session: ours, then those that its client came through. */
export function markerOf(own: string, hops: readonly string[]): string {
  return [own, ...hops].join(', ');
}
