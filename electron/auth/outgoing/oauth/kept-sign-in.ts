import type { NoteSecret } from '../../../secrets/passing-secrets.ts';
import { secretKey } from '../../../secrets/secret-key.ts';
import type { SecretStore, SecretWrite } from '../../../secrets/secret-store.ts';
import { parseSignIn, type StoredSignIn, signInRef, writeSignIn } from './stored-sign-in.ts';

export type LoadedSignIn =
  /** `signIn` is undefined where the keychain has none of ours. */
  | { readonly state: 'read'; readonly signIn: StoredSignIn | undefined }
  | { readonly state: 'locked' | 'absent'; readonly reason: string };

/** The sign-in of one backend: its entry in the keychain, and what is remembered of it here. */
export interface KeptSignIn extends Disposable {
  /** What is known without asking the keychain; `undefined`: it was not read yet, or was changed by somebody else. */
  known(): { readonly signIn: StoredSignIn | undefined } | undefined;
  /** Reads the keychain. What is remembered already is newer, and stays. */
  load(): Promise<LoadedSignIn>;
  /**
   * Remembers a sign-in at once and writes it. A keychain that is locked just now does not end the session: the tokens
   * serve from memory until it opens.
   */
  keep(signIn: StoredSignIn): Promise<void>;
  /** Remembers a sign-in without its tokens; the keychain keeps what it has. */
  disown(signIn: StoredSignIn): void;
  /** Forgets it, here and in the keychain; if the keychain keeps it, nothing is changed. */
  remove(): Promise<SecretWrite>;
}

/** `changedElsewhere` is told when somebody else wrote or removed the entry, and whether it had tokens before. */
export function createKeptSignIn(
  backend: string,
  store: SecretStore,
  note: NoteSecret | undefined,
  changedElsewhere: (hadTokens: boolean) => void,
): KeptSignIn {
  const ref = signInRef(backend);
  let memory: { readonly signIn: StoredSignIn | undefined } | undefined;
  let ownWrites = 0;
  /** The memory is newer than the keychain, which could not be written. */
  let isUnsaved = false;
  /** The keychain was seen with an entry of ours. */
  let isStored = false;

  const changes = store.onChange((changed) => {
    if (ownWrites > 0 || isUnsaved || secretKey(changed) !== secretKey(ref)) return;
    const hadTokens = memory?.signIn?.tokens !== undefined;
    memory = undefined;
    changedElsewhere(hadTokens);
  });

  function noteAll({ tokens, client }: StoredSignIn): void {
    for (const value of [tokens?.access_token, tokens?.refresh_token, client.client_secret]) {
      if (value !== undefined) note?.(value);
    }
  }

  /** Changes the entry; the store tells of it, which is no news to us. */
  async function change(write: () => Promise<SecretWrite>): Promise<SecretWrite> {
    ownWrites += 1;
    try {
      return await write();
    } finally {
      ownWrites -= 1;
    }
  }

  return {
    known: () => memory,
    async load() {
      const read = await store.read(ref);
      if (read.state === 'locked' || read.state === 'absent') return read;
      isStored = read.state === 'found';
      const signIn = read.state === 'found' ? parseSignIn(read) : undefined;
      if (signIn !== undefined) noteAll(signIn);
      memory ??= { signIn };
      return { state: 'read', signIn };
    },
    async keep(signIn) {
      noteAll(signIn);
      memory = { signIn };
      isUnsaved = !(await change(() => writeSignIn(store, backend, signIn))).ok;
      isStored ||= !isUnsaved;
    },
    disown(signIn) {
      memory = { signIn: { ...signIn, tokens: undefined } };
    },
    async remove() {
      const removed = await change(() => store.remove(ref));
      // Without any keychain the tokens were in memory alone; that is given up like everything else.
      const isNowhereElse = isUnsaved && !isStored && !removed.ok && removed.state === 'absent';
      if (!removed.ok && !isNowhereElse) return removed;
      memory = { signIn: undefined };
      isUnsaved = false;
      isStored = false;
      return { ok: true };
    },
    [Symbol.dispose]() {
      changes[Symbol.dispose]();
      memory = undefined;
    },
  };
}
