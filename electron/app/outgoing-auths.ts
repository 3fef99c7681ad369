import type { Config } from '../../shared/config/config.ts';
import { createOutgoingAuth } from '../auth/outgoing/create-outgoing-auth.ts';
import type { OutgoingAuth } from '../auth/outgoing/outgoing-auth.ts';
import { createNoAuth } from '../auth/outgoing/static-auth.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

/** The outgoing auth of every backend; made once per settings, shared by the sessions. */
export interface OutgoingAuths extends Disposable {
  of(backend: string): OutgoingAuth;
  /** Drops the strategies of settings that are no longer in force. */
  refresh(config: Config): void;
}

interface Entry {
  readonly settings: string;
  readonly auth: OutgoingAuth & Disposable;
}

export function createOutgoingAuths(config: () => Config, secrets: SecretStore): OutgoingAuths {
  const entries = new Map<string, Entry>();

  function settingsOf(backend: string): { readonly strategy: string } {
    const found = [...config().backends].find(([name]) => name === backend)?.[1];
    return found === undefined || found.type === 'stdio' ? { strategy: 'none' } : found.auth;
  }

  function make(backend: string, settings: { readonly strategy: string }): Entry['auth'] {
    const made = createOutgoingAuth(backend, settings, secrets);
    if (made.ok) return made.value;
    const message = `${backend}: ${made.problems.map((problem) => problem.message).join(' ')}`;
    return { ...createNoAuth(), headers: () => ({ ok: false, state: 'failed', message }) };
  }

  return {
    of(backend) {
      const settings = settingsOf(backend);
      const key = JSON.stringify(settings);
      const known = entries.get(backend);
      if (known?.settings === key) return known.auth;
      known?.auth[Symbol.dispose]();
      const auth = make(backend, settings);
      entries.set(backend, { settings: key, auth });
      return auth;
    },
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
