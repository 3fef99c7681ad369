import * as client from 'openid-client';
import { dropOldest } from '../../../shared/collections/drop-oldest.ts';
import type { EmbeddedAuthSettings } from '../../../shared/config/gateway-schema.ts';
import { UPSTREAM_SECRET } from '../../secrets/gateway-secrets.ts';
import type { NoteSecret } from '../../secrets/passing-secrets.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import type { GuardedFetch } from '../guarded/guarded-fetch.ts';
import type { ServerMemory } from './server-memory.ts';
import { parseAccount, type UpstreamAccount } from './upstream-account.ts';

export type UpstreamSettings = NonNullable<EmbeddedAuthSettings['upstream']>;

/** Where the upstream provider sends the browser back to; the user registers `ORIGIN/oauth/upstream` there. */
export const UPSTREAM_PATH = '/oauth/upstream';

/** A person's time at the provider, in ms. */
const PENDING_FOR_MS = 600_000;
/** Sign-ins under way at once; the oldest goes first. */
const MOST_PENDING = 100;
/** A token is replaced this long before it expires, in ms. */
const EARLY_MS = 30_000;

/** Sign-in of a person at the provider in front of which the embedded server stands. */
export interface Upstream {
  /** Where to send the browser for the sign-in with the id `uid`. Rejects when the provider cannot be reached. */
  begin(uid: string): Promise<string>;
  /** Redeems the provider's answer; the id of the sign-in that goes on. Rejects for every answer that is not right. */
  finish(target: string): Promise<string>;
  /** Who signed in during the sign-in `uid`. */
  accountOf(uid: string): UpstreamAccount | undefined;
  find(accountId: string): Promise<UpstreamAccount | undefined>;
  /** The provider's access token of a person, refreshed when due; `undefined`: the person has to sign in again. */
  token(accountId: string): Promise<string | undefined>;
}

interface Pending {
  readonly uid: string;
  readonly verifier: string;
  readonly nonce: string;
  readonly until: number;
}

export interface UpstreamDependencies {
  readonly origin: string;
  readonly store: SecretStore;
  readonly fetch: GuardedFetch;
  readonly memory: ServerMemory;
  readonly now: () => number;
  readonly note?: NoteSecret | undefined;
}

/** Makes the sign-in at the upstream provider: authorization code with PKCE, state, nonce and `iss` (openid-client). */
export function createUpstream(settings: UpstreamSettings, dependencies: UpstreamDependencies): Upstream {
  const { origin, store, fetch, now } = dependencies;
  const accounts = dependencies.memory.adapter('UpstreamAccount');
  const pending = new Map<string, Pending>();
  const signedIn = new Map<string, UpstreamAccount>();
  const refreshing = new Map<string, Promise<string | undefined>>();

  const configure = async (): Promise<client.Configuration> => {
    const read = await store.read(UPSTREAM_SECRET);
    const authentication =
      read.state === 'found' ? client.ClientSecretPost(read.secret.reveal()) : client.None();
    return client.discovery(new URL(settings.issuer), settings.clientId, undefined, authentication, {
      [client.customFetch]: (url, init) => fetch(url, init as RequestInit),
      ...(settings.issuer.startsWith('http:') ? { execute: [client.allowInsecureRequests] } : {}),
    });
  };

  const keep = async (
    answer: Tokens,
    before?: Pick<UpstreamAccount, 'claims'> & Partial<UpstreamAccount>,
  ): Promise<UpstreamAccount> => {
    const claims = answer.claims() ?? before?.claims;
    const accountId = answer.claims()?.sub ?? before?.accountId;
    if (claims === undefined || accountId === undefined) throw new Error('The provider gave no id token.');
    const refresh = answer.refresh_token ?? before?.refreshToken;
    const account: UpstreamAccount = {
      accountId,
      issuer: settings.issuer,
      claims: { ...before?.claims, ...namedClaims(claims) },
      accessToken: answer.access_token,
      ...(refresh === undefined ? {} : { refreshToken: refresh }),
      ...(answer.expires_in === undefined ? {} : { expiresAt: now() + answer.expires_in * 1000 }),
    };
    for (const value of [account.accessToken, account.refreshToken]) {
      if (value !== undefined) dependencies.note?.(value);
    }
    await accounts.upsert(account.accountId, { ...account });
    return account;
  };

  const find = async (accountId: string): Promise<UpstreamAccount | undefined> => {
    const account = parseAccount(await accounts.find(accountId));
    // Of another provider than the one that is set now: not known here.
    return account?.issuer === settings.issuer ? account : undefined;
  };

  const refresh = async (account: UpstreamAccount): Promise<string | undefined> => {
    if (account.refreshToken === undefined) return undefined;
    try {
      const answer = await client.refreshTokenGrant(await configure(), account.refreshToken);
      return (await keep(answer, account)).accessToken;
    } catch (failure) {
      // Only the provider's own refusal ends it; a provider that is down is asked again with the next call.
      if (failure instanceof client.ResponseBodyError) {
        const { refreshToken: _, ...rest } = account;
        await accounts.upsert(account.accountId, { ...rest, expiresAt: 0 });
      }
      return undefined;
    }
  };

  return {
    find,
    accountOf: (uid) => signedIn.get(uid),
    async begin(uid) {
      const configuration = await configure();
      const verifier = client.randomPKCECodeVerifier();
      const [state, nonce] = [client.randomState(), client.randomNonce()];
      remember(pending, state, { uid, verifier, nonce, until: now() + PENDING_FOR_MS });
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: `${origin}${UPSTREAM_PATH}`,
        scope: settings.scopes.join(' '),
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      return url.href;
    },
    async finish(target) {
      const url = new URL(target, origin);
      const state = url.searchParams.get('state') ?? '';
      const begun = pending.get(state);
      pending.delete(state);
      if (begun === undefined || begun.until <= now())
        throw new Error('No sign-in is waiting for this answer.');
      const checks = { pkceCodeVerifier: begun.verifier, expectedState: state, expectedNonce: begun.nonce };
      const configuration = await configure();
      const answer = await client.authorizationCodeGrant(configuration, url, {
        ...checks,
        idTokenExpected: true,
      });
      remember(signedIn, begun.uid, await keep(answer, await userInfo(configuration, answer)));
      return begun.uid;
    },
    async token(accountId) {
      const account = await find(accountId);
      if (account === undefined) return undefined;
      if (account.expiresAt === undefined || account.expiresAt - EARLY_MS > now()) return account.accessToken;
      const running =
        refreshing.get(accountId) ?? refresh(account).finally(() => refreshing.delete(accountId));
      refreshing.set(accountId, running);
      return running;
    },
  };
}

/** Name and address from the UserInfo endpoint: providers that follow the letter keep them out of the id token. */
async function userInfo(
  configuration: client.Configuration,
  answer: Tokens,
): Promise<{ readonly claims: Record<string, unknown> } | undefined> {
  const subject = answer.claims()?.sub;
  if (subject === undefined || configuration.serverMetadata().userinfo_endpoint === undefined)
    return undefined;
  try {
    // Checks that the answer is about this very subject.
    return { claims: namedClaims(await client.fetchUserInfo(configuration, answer.access_token, subject)) };
  } catch {
    // The person is known by the id token; without name and address the headers for them stay away.
    return undefined;
  }
}

type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  dropOldest(map, MOST_PENDING);
}

/** The claims that identity headers are made of; the rest of an id token is nobody's business here. */
function namedClaims(claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    ['sub', 'email', 'name'].flatMap((name) => (name in claims ? [[name, claims[name]]] : [])),
  );
}
