import type { Config } from '../../shared/config/config.ts';
import type { OutgoingDependencies } from '../auth/outgoing/create-outgoing-auth.ts';
import { createStoredAuth, isStoredAuth } from '../auth/outgoing/create-stored-auth.ts';
import type { OAuthAuth } from '../auth/outgoing/oauth/oauth-auth.ts';
import type { OutgoingAuth } from '../auth/outgoing/outgoing-auth.ts';
import type { OwnedOutgoingAuth } from '../auth/outgoing/static-auth.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { createDeferredAuth, unusableAuth } from './deferred-auth.ts';

/** The outgoing auth of every backend; made once per settings, shared by the sessions. */
export interface OutgoingAuths extends Disposable {
  of(backend: string): OutgoingAuth;
  /** The strategy of a backend that a person signs in to; `undefined` for every other. */
  signInOf(backend: string): Promise<OAuthAuth | undefined>;
  /** Drops the strategies of settings that are no longer in force. */
  refresh(config: Config): void;
}

export interface OutgoingOptions {
  readonly config: () => Config;
  readonly secrets: SecretStore;
  readonly dependencies: Omit<OutgoingDependencies, 'serverUrl'>;
  /** A backend's sign-in changed: its sessions are opened again. */
  readonly signInChanged: (backend: string) => void;
}

interface Entry {
  readonly settings: string;
  readonly auth: OwnedOutgoingAuth;
  readonly signIn: () => Promise<OAuthAuth | undefined>;
}

export function createOutgoingAuths(options: OutgoingOptions): OutgoingAuths {
  const { config, secrets, dependencies, signInChanged } = options;
  const entries = new Map<string, Entry>();

  function settingsOf(backend: string): {
    readonly auth: { readonly strategy: string };
    readonly url?: string;
  } {
    const found = [...config().backends].find(([name]) => name === backend)?.[1];
    return found === undefined || found.type === 'stdio' ? { auth: { strategy: 'none' } } : found;
  }

  function make(backend: string, settings: ReturnType<typeof settingsOf>): Omit<Entry, 'settings'> {
    if (isStoredAuth(settings.auth)) {
      const made = createStoredAuth(backend, settings.auth, secrets);
      return { auth: made.ok ? made.value : unusableAuth(backend, made.problems), signIn: NO_SIGN_IN };
    }
    return createDeferredAuth(backend, settings.auth, secrets, {
      dependencies: { ...dependencies, ...(settings.url === undefined ? {} : { serverUrl: settings.url }) },
      signInChanged: () => signInChanged(backend),
    });
  }

  function entryOf(backend: string): Entry {
    const found = settingsOf(backend);
    const settings = JSON.stringify([found.auth, found.url]);
    const known = entries.get(backend);
    if (known?.settings === settings) return known;
    known?.auth[Symbol.dispose]();
    const entry = { settings, ...make(backend, found) };
    entries.set(backend, entry);
    return entry;
  }

  return {
    of: (backend) => entryOf(backend).auth,
    signInOf: async (backend) => await entryOf(backend).signIn(),
    refresh(next) {
      const names = new Set<string>(next.backends.keys());
      for (const [backend, entry] of entries) {
        if (names.has(backend)) continue;
        entry.auth[Symbol.dispose]();
        entries.delete(backend);
      }
    },
    [Symbol.dispose]() {
      for (const { auth } of entries.values()) auth[Symbol.dispose]();
      entries.clear();
    },
  };
}

const NO_SIGN_IN = async (): Promise<undefined> => undefined;
