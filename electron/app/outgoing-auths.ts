import type { Config } from '../../shared/config/config.ts';
import {
  createOutgoingAuth,
  isOAuthAuth,
  type OutgoingDependencies,
} from '../auth/outgoing/create-outgoing-auth.ts';
import type { OAuthAuth } from '../auth/outgoing/oauth/oauth-auth.ts';
import type { OutgoingAuth } from '../auth/outgoing/outgoing-auth.ts';
import { createNoAuth, type OwnedOutgoingAuth } from '../auth/outgoing/static-auth.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

/** The outgoing auth of every backend; made once per settings, shared by the sessions. */
export interface OutgoingAuths extends Disposable {
  of(backend: string): OutgoingAuth;
  /** The strategy of a backend that a person signs in to; `undefined` for every other. */
  signInOf(backend: string): OAuthAuth | undefined;
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
  readonly watching: Disposable | undefined;
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

  function make(backend: string, settings: ReturnType<typeof settingsOf>): OwnedOutgoingAuth {
    const made = createOutgoingAuth(backend, settings.auth, secrets, {
      ...dependencies,
      ...(settings.url === undefined ? {} : { serverUrl: settings.url }),
    });
    if (made.ok) return made.value;
    const message = `${backend}: ${made.problems.map((problem) => problem.message).join(' ')}`;
    return { ...createNoAuth(), headers: () => ({ ok: false, state: 'failed', message }) };
  }

  function entryOf(backend: string): Entry {
    const found = settingsOf(backend);
    const settings = JSON.stringify([found.auth, found.url]);
    const known = entries.get(backend);
    if (known?.settings === settings) return known;
    if (known !== undefined) end(known);
    const auth = make(backend, found);
    const watching = isOAuthAuth(auth) ? watchSignIn(auth, () => signInChanged(backend)) : undefined;
    const entry = { settings, auth, watching };
    entries.set(backend, entry);
    return entry;
  }

  function end({ auth, watching }: Entry): void {
    watching?.[Symbol.dispose]();
    auth[Symbol.dispose]();
  }

  return {
    of: (backend) => entryOf(backend).auth,
    signInOf(backend) {
      const { auth } = entryOf(backend);
      return isOAuthAuth(auth) ? auth : undefined;
    },
    refresh(next) {
      const names = new Set<string>(next.backends.keys());
      for (const [backend, entry] of entries) {
        if (names.has(backend)) continue;
        end(entry);
        entries.delete(backend);
      }
    },
    [Symbol.dispose]() {
      for (const entry of entries.values()) end(entry);
      entries.clear();
    },
  };
}

/** Tells of a sign-in by a person; a token that was refreshed or found in the keychain changes nothing. */
function watchSignIn(auth: OAuthAuth, signedIn: () => void): Disposable {
  let before = auth.state.state;
  return auth.onState(({ state }) => {
    if (state === 'signed-in' && before !== 'signed-in' && before !== 'unknown') signedIn();
    before = state;
  });
}
