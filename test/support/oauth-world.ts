import { afterEach, beforeEach } from 'vitest';
import { createFetchFrom } from '../../electron/auth/guarded/fetch-from.ts';
import type { GuardedFetch } from '../../electron/auth/guarded/guarded-fetch.ts';
import { createOAuthAuth, type OAuthAuth } from '../../electron/auth/outgoing/oauth/oauth-auth.ts';
import type { OAuthSettings } from '../../electron/auth/outgoing/oauth/sign-in.ts';
import { parseSignIn, signInRef } from '../../electron/auth/outgoing/oauth/stored-sign-in.ts';
import type { AuthHeaders } from '../../electron/auth/outgoing/outgoing-auth.ts';
import { Secret } from '../../electron/secrets/secret.ts';
import { browse, type Page } from './browser.ts';
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts';
import { createMemorySecretStore, type MemorySecretStore } from './memory-secret-store.ts';
import { type ProtectedBackend, startProtectedBackend } from './protected-backend.ts';

export const CALLER = { kind: 'anonymous' } as const;
export const REF = signInRef('docs');

export let idp: IdentityProvider;
export let backend: ProtectedBackend;
export let fetch: GuardedFetch;
export let store: MemorySecretStore;
export let clock: number;
export let opened: string[];
export let pages: Promise<Page>[];
/** What stands between opening the browser and the page it shows. */
export let steer: (url: string) => Promise<Page>;

beforeEach(async () => {
  idp = await startIdentityProvider();
  backend = await startProtectedBackend(idp.issuer);
  fetch = createFetchFrom([backend.url]);
  store = createMemorySecretStore();
  clock = Date.now();
  opened = [];
  pages = [];
  steer = (url) => browse(url);
});
afterEach(async () => {
  await Promise.allSettled(pages);
  await fetch[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
  await idp[Symbol.asyncDispose]();
});

export function create(settings: Partial<OAuthSettings> = {}): OAuthAuth {
  return createOAuthAuth(
    'docs',
    backend.url,
    { strategy: 'oauth', ...settings },
    {
      store,
      fetch,
      now: () => clock,
      openExternal: async (url) => {
        opened.push(url);
        pages.push(steer(url));
      },
    },
  );
}

export function tokenOf(answer: AuthHeaders): string {
  if (!answer.ok) throw new Error(answer.message);
  return answer.headers[0]?.[1].replace('Bearer ', '') ?? '';
}

export function stored() {
  const value = store.peek(REF);
  return value === undefined ? undefined : parseSignIn({ state: 'found', secret: new Secret(value) });
}

export const count = (request: string): number => idp.requests.filter((line) => line === request).length;

/** Lets time pass, in ms. */
export function advance(ms: number): void {
  clock += ms;
}

/** Puts another way for the browser to go. */
export function setSteer(next: typeof steer): void {
  steer = next;
}
