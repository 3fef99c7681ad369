import type { BackendName } from '../../../shared/config/backend-name.ts';
import { aliasOf, readAlias } from '../catalog/resource-alias.ts';

/** A resource that a client has subscribed to, at the backend that owns it. */
export interface Subscribed {
  readonly backend: BackendName;
  /** Its address as the backend knows it. */
  readonly original: string;
}

/** The subscribed resources of one session: by which addresses its clients asked for each. */
export interface Subscriptions {
  /** Notes one more who subscribed by this address, its alias or its own. */
  add(resource: Subscribed, address: string): void;
  /** Forgets one who did; true where nobody is left who subscribed to the resource, by any address. */
  remove(resource: Subscribed, address: string): boolean;
  has(resource: Subscribed, address: string): boolean;
  /** The addresses under which an update is told: of the resource itself, or of the one that it is a part of. */
  addressesOf(updated: Subscribed): readonly string[];
  of(backend: BackendName): readonly string[];
}

/** Makes the subscriptions of one session, with nobody subscribed to anything. */
export function createSubscriptions(): Subscriptions {
  const all = new Map<string, Subscribed & { readonly addresses: string[] }>();
  const keyOf = ({ backend, original }: Subscribed): string => `${backend}\0${original}`;

  return {
    add(resource, address) {
      const known = all.get(keyOf(resource));
      if (known === undefined) all.set(keyOf(resource), { ...resource, addresses: [address] });
      else known.addresses.push(address);
    },
    remove(resource, address) {
      const addresses = all.get(keyOf(resource))?.addresses ?? [];
      const index = addresses.indexOf(address);
      if (index !== -1) addresses.splice(index, 1);
      if (addresses.length > 0) return false;
      all.delete(keyOf(resource));
      return true;
    },
    has: (resource, address) => all.get(keyOf(resource))?.addresses.includes(address) === true,
    addressesOf(updated) {
      const { backend, original } = updated;
      const exact = all.get(keyOf(updated));
      if (exact !== undefined) return [...new Set(exact.addresses)];
      const wholes = [...all.values()].filter(
        (one) => one.backend === backend && isPartOf(original, one.original),
      );
      return [...new Set(wholes.flatMap(({ addresses }) => addresses.map((one) => likeIt(one, updated))))];
    },
    of: (backend) =>
      [...all.values()].filter((one) => one.backend === backend).map(({ original }) => original),
  };
}

/** A part is told as its whole was asked for: by alias where that was one. */
function likeIt(address: string, { backend, original }: Subscribed): string {
  return readAlias(address)?.backend === backend ? aliasOf(backend, original) : original;
}

/**
 * Whether an update of one address tells somebody who subscribed to another: "This might be a sub-resource of the one
 * that the client actually subscribed to" (2025-11-25, schema).
 */
export function concerns(subscribed: string, updated: string): boolean {
  if (subscribed === updated) return true;
  const whole = readAlias(subscribed);
  const part = readAlias(updated);
  if (whole === undefined || part === undefined) return whole === part && isPartOf(updated, subscribed);
  return whole.backend === part.backend && isPartOf(part.original, whole.original);
}

/** Whether the longer address goes on with a further part, and not with a longer name. */
function isPartOf(part: string, whole: string): boolean {
  return part.startsWith(whole) && (whole.endsWith('/') || /[/?#]/.test(part.charAt(whole.length)));
}
