import { createHmac, randomBytes } from 'node:crypto';
import { createListeners } from '../change-listeners.ts';
import type { ChangeStamp } from '../change-stamp.ts';
import { Secret } from '../secret.ts';
import { parseSecretKey, secretKey } from '../secret-key.ts';
import type { SecretRef, SecretStore, SecretWrite, StoreState } from '../secret-store.ts';
import { createKeychainCaller, KEYCHAIN_LIMITS, type KeychainLimits } from './keychain-caller.ts';
import type { StartKeychainProcess } from './keychain-child.ts';
import { readEntry, removeEntry, sweepOrphans, writeEntry } from './keychain-entries.ts';
import { MAX_SECRET_BYTES, newGeneration } from './keychain-layout.ts';
import { KeychainUnavailable, openKeychainSession } from './keychain-session.ts';

/** The port and what only a keychain can do. `list`, `sweep` and `removeAll` throw `KeychainUnavailable`. */
export interface KeychainStore extends SecretStore, Disposable {
  /** Asks again at once, by a person's click, whatever failed before (SEC-02). */
  retry(): Promise<StoreState>;
  /** The names of all secrets that are stored. */
  list(): Promise<readonly SecretRef[]>;
  /** Removes left-overs of writes that were cut short; answers how many (SEC-04). */
  sweep(): Promise<number>;
  /** Removes every entry of our service (SEC-07); answers how many there were. */
  removeAll(): Promise<number>;
  /** Tells when the keychain becomes usable or unusable. */
  onStatus(listener: (state: StoreState) => void): Disposable;
}

export interface KeychainStoreOptions {
  readonly start: StartKeychainProcess;
  /** Under this name all entries are listed in the system's keychain. */
  readonly service?: string;
  /** Where processes of this product tell each other of changes; without it, a change is known in this one only. */
  readonly stamp?: ChangeStamp;
  readonly limits?: KeychainLimits;
  readonly now?: () => number;
}

/** The mark of what could not be read. */
const UNREAD = 'unread';

/** The port on the OS keychain. Calls are strictly one after the other; see keychain-process for why they are outside. */
export function createKeychainStore(options: KeychainStoreOptions): KeychainStore {
  const now = options.now ?? Date.now;
  const session = openKeychainSession(
    options.service ?? 'Patchbay',
    (late) => createKeychainCaller(options.start, options.limits ?? KEYCHAIN_LIMITS, late),
    now,
    () => void prove(),
  );
  const changes = createListeners<SecretRef>();
  /** What was given out, by key, and what it was: to be told apart from what it is now, of use for nothing else. */
  const given = new Map<string, { readonly ref: SecretRef; mark: string }>();
  const markKey = randomBytes(32);
  const markOf = (value: string | null): string =>
    value === null ? '' : createHmac('sha256', markKey).update(value).digest('base64');
  const watching = options.stamp?.watch(() => {
    for (const key of given.keys()) void lookAgain(key);
  });
  let isOver = false;

  let last: Promise<unknown> = Promise.resolve();
  const serially = <T>(task: () => Promise<T>): Promise<T> => {
    const mine = last.then(task);
    last = mine.catch(() => undefined);
    return mine;
  };

  /**
   * Somebody changed something, this process included; it is not said what. A secret that is still the same is no
   * reason to close a connection or a process that was started with it. One that cannot be read may be another one.
   */
  const lookAgain = (key: string): Promise<void> =>
    serially(async () => {
      const entry = given.get(key);
      if (entry === undefined || isOver) return;
      const before = entry.mark;
      entry.mark = await readProven(entry.ref).then(markOf, () => UNREAD);
      if (!isOver && (entry.mark !== before || entry.mark === UNREAD)) changes.tell(entry.ref);
    });

  const change = (ref: SecretRef, value: string | null, task: () => Promise<void>): Promise<SecretWrite> =>
    serially(async () => {
      try {
        await task();
      } catch (failure) {
        return { ok: false, ...faultOf(failure) };
      }
      const entry = given.get(secretKey(ref));
      if (entry !== undefined) entry.mark = markOf(value);
      await options.stamp?.touch();
      changes.tell(ref);
      return { ok: true };
    });

  const prove = (): Promise<StoreState> =>
    serially(async () => {
      try {
        await session.prove();
      } catch (failure) {
        return faultOf(failure);
      }
      return { state: 'ready', kind: 'keychain' };
    });

  return {
    status: prove,
    retry() {
      session.retry();
      return prove();
    },
    read: (ref) =>
      serially(async () => {
        const entry = given.get(secretKey(ref)) ?? { ref, mark: UNREAD };
        given.set(secretKey(ref), entry);
        try {
          const value = await readProven(ref);
          entry.mark = markOf(value);
          return value === null ? { state: 'missing' } : { state: 'found', secret: new Secret(value) };
        } catch (failure) {
          return faultOf(failure);
        }
      }),
    async write(ref, secret) {
      const value = secret.reveal();
      if (value === '' || /[\ud800-\udfff]/u.test(value)) {
        throw new TypeError('A secret is neither empty nor does it hold half of a character.');
      }
      if (secret.byteLength > MAX_SECRET_BYTES) {
        return {
          ok: false,
          state: 'too-large',
          reason: `A secret may have ${MAX_SECRET_BYTES} bytes at most.`,
        };
      }
      const generation = newGeneration(now(), randomBytes(4).toString('hex'));
      return change(ref, value, () => writeEntry(session, secretKey(ref), value, generation));
    },
    remove: (ref) =>
      change(ref, null, async () => {
        // On Linux a locked collection answers a removal like one of an entry that is not there.
        await session.prove();
        await removeEntry(session, secretKey(ref));
      }),
    list: () =>
      serially(async () => {
        // Listing a locked collection ends the keychain process, so it is opened first.
        await session.prove();
        return (await session.list()).flatMap((account) => parseSecretKey(account) ?? []);
      }),
    sweep: () =>
      serially(async () => {
        await session.prove();
        return sweepOrphans(session, now());
      }),
    removeAll: () =>
      serially(async () => {
        await session.prove();
        const accounts = await session.list();
        for (const account of [...accounts, 'probe']) await session.delete(account);
        return accounts.length;
      }),
    onChange: (listener) => changes.add(listener),
    onStatus: (listener) => session.changes.add(listener),
    [Symbol.dispose]() {
      isOver = true;
      watching?.[Symbol.dispose]();
      session[Symbol.dispose]();
    },
  };

  /** `null` only when the keychain is open and the entry is not there (feasibility.md section 3, trap 1). */
  async function readProven(ref: SecretRef): Promise<string | null> {
    const value = await readEntry(session, secretKey(ref));
    if (value !== null) return value;
    await session.prove();
    return readEntry(session, secretKey(ref));
  }
}

function faultOf(failure: unknown): { readonly state: 'locked' | 'absent'; readonly reason: string } {
  if (failure instanceof KeychainUnavailable) return failure.fault;
  throw failure;
}
