import { createLocalJWKSet, errors, type JSONWebKeySet, type LocalJWKSet } from 'jose';
import { stillLasts } from '../../../../shared/time/still-lasts.ts';
import { discoverIssuer } from '../../discover.ts';
import type { GuardedFetch } from '../../guarded/guarded-fetch.ts';

/** The keys with which an issuer signs now, and the exact text of its `iss`. */
export interface SigningKeys {
  readonly issuer: string;
  readonly resolve: LocalJWKSet;
  /** Counts up with every set that differs, so that what an older set had verified can be dropped. */
  readonly generation: number;
}

export interface IssuerKeys {
  /** The cached keys when they may be used; fetches when there are none. `undefined`: the issuer cannot be reached. */
  current(): SigningKeys | undefined | Promise<SigningKeys | undefined>;
  /** Asks again because a key was not found; the keys as they are when asking is not due yet. */
  renew(): Promise<SigningKeys | undefined>;
}

/** AIN-04: an unknown `kid` must not let anybody make us ask more often. In ms. */
const ASK_AT_MOST_EVERY_MS = 60_000;
/** Without any keys nobody gets in, so that is tried sooner. In ms. */
const RETRY_WITHOUT_KEYS_MS = 5_000;
/** A key that the issuer withdrew is out after this time at the latest. In ms. */
const FRESH_FOR_MS = 600_000;
/** AIN-06: how long cached keys serve while the issuer is down. In ms. */
const USABLE_FOR_MS = 86_400_000;

/** Makes the key source of one issuer. With `jwksUri` nothing is discovered and `iss` must be `issuer` as written. */
export function createIssuerKeys(
  settings: { readonly issuer: string; readonly jwksUri?: string | undefined },
  fetch: GuardedFetch,
  now: () => number,
): IssuerKeys {
  let cached: { readonly keys: SigningKeys; readonly text: string; readonly at: number } | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<SigningKeys | undefined> | undefined;
  let location: { readonly issuer: string; readonly jwksUri: string } | undefined;

  const usable = (): SigningKeys | undefined =>
    cached !== undefined && now() - cached.at <= USABLE_FOR_MS ? cached.keys : undefined;

  const ask = async (): Promise<SigningKeys | undefined> => {
    try {
      location ??= await locate(settings, fetch);
      const set = await fetchKeys(location.jwksUri, fetch);
      const text = JSON.stringify(set);
      const generation = cached === undefined ? 1 : cached.keys.generation + (cached.text === text ? 0 : 1);
      const keys =
        cached?.text === text
          ? cached.keys
          : { issuer: location.issuer, resolve: createLocalJWKSet(set), generation };
      cached = { keys, text, at: now() };
    } catch {
      // The state is what counts: with keys in hand callers go on, without any they get 503 (AIN-06).
    }
    return usable();
  };

  const renew = (): Promise<SigningKeys | undefined> => {
    const pause = usable() === undefined ? RETRY_WITHOUT_KEYS_MS : ASK_AT_MOST_EVERY_MS;
    if (asking !== undefined) return asking;
    if (stillLasts(askedAt, pause, now())) return Promise.resolve(usable());
    askedAt = now();
    asking = ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };

  return {
    renew,
    current() {
      const keys = usable();
      if (keys === undefined) return renew();
      // In the background: the call goes on with the keys that are there. `renew` does not reject.
      if (cached !== undefined && !stillLasts(cached.at, FRESH_FOR_MS, now())) void renew();
      return keys;
    },
  };
}

async function locate(
  settings: { readonly issuer: string; readonly jwksUri?: string | undefined },
  fetch: GuardedFetch,
): Promise<{ readonly issuer: string; readonly jwksUri: string }> {
  if (settings.jwksUri !== undefined) return { issuer: settings.issuer, jwksUri: settings.jwksUri };
  const metadata = await discoverIssuer(settings.issuer, fetch);
  if (metadata.jwks_uri === undefined) throw new Error('The issuer names no jwks_uri.');
  return { issuer: metadata.issuer, jwksUri: metadata.jwks_uri };
}

async function fetchKeys(jwksUri: string, fetch: GuardedFetch): Promise<JSONWebKeySet> {
  const response = await fetch(jwksUri, {
    headers: { Accept: 'application/jwk-set+json, application/json' },
  });
  if (!response.ok) throw new errors.JWKSInvalid();
  const set = (await response.json()) as JSONWebKeySet;
  // Throws for anything that is no key set; an empty one would shut everybody out and is no answer either.
  createLocalJWKSet(set);
  if (set.keys.length === 0) throw new errors.JWKSInvalid();
  return set;
}
