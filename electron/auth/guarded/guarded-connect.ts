import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { classifyAddress } from './address-class.ts';
import { GuardedRequestError } from './guarded-error.ts';
import { type Reach, type Resolve, withinReach } from './reach.ts';

/** How long a connection may take to stand, TLS included, in ms. */
const CONNECT_LIMIT_MS = 5_000;

/**
 * Dials only what is within reach. The check stands between resolving and connecting, on the very addresses that are
 * dialled, so that a name cannot answer otherwise to the check than to the connection (HTP-06). One address out of
 * reach refuses the whole name. Plain http goes to no public address: tokens would travel in clear.
 */
export function guardedConnector(reach: Reach, resolve: Resolve): buildConnector.connector {
  const secure = buildConnector({ lookup: guardedLookup(reach, resolve), timeout: CONNECT_LIMIT_MS });
  const plainReach: Reach | undefined = reach === 'public' ? undefined : reach;
  const plain = buildConnector({ lookup: guardedLookup(plainReach, resolve), timeout: CONNECT_LIMIT_MS });
  return (options, callback) => {
    const isSecure = options.protocol === 'https:';
    const host = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) {
      // Node dials a literal without any lookup.
      const fault = judge(host, host, isSecure ? reach : plainReach, !isSecure);
      if (fault !== undefined) return callback(fault, null);
    }
    return (isSecure ? secure : plain)(options, callback);
  };
}

function guardedLookup(reach: Reach | undefined, resolve: Resolve): LookupFunction {
  const plain = reach === undefined;
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        for (const { address } of addresses) {
          const fault = judge(hostname, address, reach, plain);
          if (fault !== undefined) return callback(fault, '', 0);
        }
        const [first] = addresses;
        if (first === undefined) {
          return callback(new GuardedRequestError('unreachable', `${hostname} has no address.`), '', 0);
        }
        if (options.all === true) return callback(null, [...addresses]);
        return callback(null, first.address, first.family);
      },
      (failure: unknown) => callback(failure as NodeJS.ErrnoException, '', 0),
    );
  };
}

function judge(
  host: string,
  address: string,
  reach: Reach | undefined,
  plain: boolean,
): GuardedRequestError | undefined {
  const kind = classifyAddress(address);
  if (plain && kind === 'public') {
    return new GuardedRequestError('scheme', `${host} would be reached without encryption.`);
  }
  if (withinReach(kind, reach ?? 'public')) return undefined;
  return new GuardedRequestError('address', `${host} leads to a ${kind} address.`);
}
