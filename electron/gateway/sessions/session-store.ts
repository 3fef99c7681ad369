import { randomBytes } from 'node:crypto';
import type { ClientSession } from './client-session.ts';

/** All live client sessions. Nothing of them is ever written to disk (contract section 5). */
export interface SessionStore {
  get(id: string): ClientSession | undefined;
  all(): IterableIterator<ClientSession>;
  size(): number;
  add(session: ClientSession): void;
  remove(session: ClientSession): void;
}

/** Makes an empty store. It sets no limit: whoever adds a session looks first whether there may be one more. */
export function createSessionStore(): SessionStore {
  const sessions = new Map<string, ClientSession>();
  return {
    get: (id) => sessions.get(id),
    all: () => sessions.values(),
    size: () => sessions.size,
    add: (session) => void sessions.set(session.id, session),
    remove: (session) => void sessions.delete(session.id),
  };
}

/** A session id: 192 random bits, visible ASCII, nothing inside (SES-03). */
export function newSessionId(): string {
  return randomBytes(24).toString('base64url');
}
