import type { EmbeddedAuthSettings } from '../../../shared/config/gateway-schema.ts';
import { claimsToPrincipal } from '../../../shared/identity/claims.ts';
import type { UserPrincipal } from '../../../shared/identity/principal.ts';
import type { ConsentPerson } from './consent.ts';
import type { Upstream } from './upstream.ts';

/** Who can be behind a token of the embedded server. */
export interface People {
  personOf(uid: string): ConsentPerson | undefined;
  signInFirst(uid: string): Promise<string>;
  claimsOf(accountId: string): Promise<Record<string, unknown> | undefined>;
  /** The verified caller; `undefined` for an account that is no longer ours. */
  principalOf(accountId: string): Promise<UserPrincipal | undefined>;
}

/** The one person of the profile that the user filled in; without `sub` it is the OS user. */
export function profilePeople(
  issuer: string,
  profile: EmbeddedAuthSettings['profile'],
  osUser: string,
): People {
  const accountId = profile.sub ?? osUser;
  const { email, name } = profile;
  const claims = {
    sub: accountId,
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
  };
  return {
    personOf: () => ({ accountId, name: name ?? accountId }),
    signInFirst: async () => {
      throw new Error('The person of a profile is always there.');
    },
    claimsOf: async (id) => (id === accountId ? claims : undefined),
    principalOf: async (id) => (id === accountId ? principal(issuer, claims) : undefined),
  };
}

/** Whoever signs in at the upstream provider, under that provider's name: the same person has the same key there. */
export function upstreamPeople(upstream: Upstream): People {
  return {
    personOf(uid) {
      const account = upstream.accountOf(uid);
      if (account === undefined) return undefined;
      const { email, name } = account.claims;
      const shown = [name, email].find((claim) => typeof claim === 'string' && claim !== '');
      return { accountId: account.accountId, name: typeof shown === 'string' ? shown : account.accountId };
    },
    signInFirst: (uid) => upstream.begin(uid),
    claimsOf: async (id) => (await upstream.find(id))?.claims,
    async principalOf(id) {
      const account = await upstream.find(id);
      return account === undefined ? undefined : principal(account.issuer, account.claims);
    },
  };
}

function principal(issuer: string, claims: Record<string, unknown>): UserPrincipal | undefined {
  const made = claimsToPrincipal(issuer, claims);
  return made.ok ? made.principal : undefined;
}
