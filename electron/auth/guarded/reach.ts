import { lookup as dnsLookup } from 'node:dns';
import { isIP } from 'node:net';
import { type AddressClass, classifyAddress } from './address-class.ts';

/**
 * How near an address may be that somebody else's metadata leads us to. It follows from what the user typed: a
 * server on this machine may lead to this machine, one on the internet must not lead into the user's network (OAU-06).
 */
export type Reach = 'public' | 'private' | 'loopback';

const ORDER: readonly AddressClass[] = ['public', 'private', 'loopback'];

/** Whether an address of this class may be dialled. `forbidden` never. */
export function withinReach(kind: AddressClass, reach: Reach): boolean {
  const position = ORDER.indexOf(kind);
  return position >= 0 && position <= ORDER.indexOf(reach);
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a host name; the resolver of the system unless a test gives its own. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** The system's resolver, all addresses in its order. Rejects as `dns.lookup` does. */
export const systemResolve: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    dnsLookup(hostname, { all: true, verbatim: true }, (failure, addresses) => {
      if (failure !== null) reject(failure);
      else resolve(addresses.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 })));
    });
  });

/**
 * The reach of a URL that the user typed. For a name it is the farthest of its addresses: a name that also leads to
 * the internet is not trusted with the user's network. A name that does not resolve has public reach.
 */
export async function reachOf(url: URL, resolve: Resolve = systemResolve): Promise<Reach> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await resolve(host).catch(() => []) : [{ address: host }];
  const kinds = addresses.map(({ address }) => classifyAddress(address));
  if (kinds.length === 0) return 'public';
  if (kinds.every((kind) => kind === 'loopback')) return 'loopback';
  return kinds.every((kind) => kind === 'loopback' || kind === 'private') ? 'private' : 'public';
}
