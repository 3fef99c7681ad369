import { BlockList, isIP } from 'node:net';

/**
 * How near an address is. `forbidden` is never a place for metadata or tokens: link-local (where cloud metadata
 * services are), unspecified, multicast, reserved, and the obsolete ranges that hide an IPv4 address in an IPv6 one.
 */
export type AddressClass = 'public' | 'private' | 'loopback' | 'forbidden';

const FORBIDDEN = blockList([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Teredo (RFC 4380), benchmarking, ORCHID, documentation, 6to4 (RFC 3056).
  ['2001::', 32],
  ['2001:2::', 48],
  ['2001:10::', 28],
  ['2001:20::', 28],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

// All that is assigned as global unicast (RFC 4291 section 2.4). Everything outside that is not named here is
// forbidden: IPv4-compatible and IPv4-translated addresses, NAT64 for local use (RFC 8215), link-local, multicast.
const GLOBAL = blockList([
  ['0.0.0.0', 0],
  ['2000::', 3],
]);

const PRIVATE = blockList([
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['fc00::', 7],
  ['fec0::', 10],
]);

const LOOPBACK = blockList([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

/**
 * Classifies a numeric address, IPv4 or IPv6, with or without a zone. An IPv4 address inside an IPv6 one (mapped,
 * NAT64 of RFC 6052) counts as what it leads to. A text that is no address is `forbidden`.
 */
export function classifyAddress(address: string): AddressClass {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(plain);
  if (family === 0) return 'forbidden';
  const embedded = family === 6 ? embeddedV4(plain) : undefined;
  if (embedded !== undefined) return classifyAddress(embedded);
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  if (LOOPBACK.check(plain, kind)) return 'loopback';
  if (PRIVATE.check(plain, kind)) return 'private';
  return FORBIDDEN.check(plain, kind) || !GLOBAL.check(plain, kind) ? 'forbidden' : 'public';
}

/** The IPv4 address at the end of `::ffff:0:0/96` and `64:ff9b::/96`. */
function embeddedV4(address: string): string | undefined {
  // The URL parser is the one place that writes every spelling of an address in the same way.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const match = /^(?:::ffff:|64:ff9b::)(?:(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4}))?$/.exec(canonical);
  if (match === null) return undefined;
  const high = Number.parseInt(match[1] ?? '0', 16);
  const low = Number.parseInt(match[2] ?? '0', 16);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function blockList(ranges: readonly (readonly [address: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ranges)
    list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
