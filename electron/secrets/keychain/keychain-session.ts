import { stillLasts } from '../../../shared/time/still-lasts.ts';
import { createListeners, type Listeners } from '../change-listeners.ts';
import type { StoreState } from '../secret-store.ts';
import type { KeychainCaller } from './keychain-caller.ts';
import { type KeychainFault, readFault } from './keychain-fault.ts';
import type { KeychainReply, KeychainRequest } from './keychain-message.ts';

/** A call that failed because the keychain cannot be used now; `fault` says which way and why. */
export class KeychainUnavailable extends Error {
  readonly fault: KeychainFault;

  constructor(fault: KeychainFault) {
    super(fault.reason);
    this.fault = fault;
  }
}

export interface KeychainSession {
  get(account: string): Promise<string | null>;
  set(account: string, value: string): Promise<void>;
  delete(account: string): Promise<void>;
  list(): Promise<readonly string[]>;
  /** Throws unless the keychain takes a value and gives it back: the only proof that `null` means "no entry". */
  prove(): Promise<void>;
  /** Lets the next call through at once, whatever failed before; a prompt that still stands is given up. */
  retry(): void;
  /** What the last calls showed; `undefined` before the first one. */
  readonly known: StoreState | undefined;
  readonly changes: Listeners<StoreState>;
}

/** After a quick failure, so that no busy loop asks on every call (SEC-02). In ms. */
const QUICK_HOLD_MS = 1_000;

/** After a prompt that was refused or ignored: the next one comes by a person's click, or much later. In ms. */
const PROMPT_HOLD_MS = 300_000;

const PROBE = 'probe';

/**
 * The keychain as one conversation: what was seen of its state, and when it may be asked again. `caller` is made with
 * the function that wants to hear of late answers; `opened` is told when such an answer shows that the keychain is open.
 */
export function openKeychainSession(
  service: string,
  createCaller: (late: (reply: KeychainReply) => void) => KeychainCaller,
  now: () => number,
  opened: () => void,
): KeychainSession & Disposable {
  const changes = createListeners<StoreState>();
  let known: StoreState | undefined;
  let hold = { since: 0, forMs: 0 };
  const caller = createCaller(late);

  function learn(state: StoreState): void {
    const before = known;
    known = state;
    if (before?.state !== state.state) changes.tell(state);
  }

  function fail(fault: KeychainFault, forMs: number): KeychainUnavailable {
    hold = { since: now(), forMs };
    learn(fault);
    return new KeychainUnavailable(fault);
  }

  function late(reply: KeychainReply): void {
    // `null` after a prompt may mean that the user refused it: to ask again would only put up the next one.
    const open = reply.ok && reply.value !== null;
    hold = { since: now(), forMs: open ? 0 : PROMPT_HOLD_MS };
    if (open) opened();
    else learn({ state: 'locked', reason: 'The keychain was not unlocked. Unlock it, then try again.' });
  }

  async function call(request: KeychainRequest): Promise<Extract<KeychainReply, { ok: true }>['value']> {
    const isHeld = stillLasts(hold.since, hold.forMs, now());
    if (isHeld && known !== undefined && known.state !== 'ready') throw new KeychainUnavailable(known);
    const begun = now();
    const answer = await caller.call(request);
    if (answer.ok) return answer.value;
    // A failure after a while is a prompt that somebody refused.
    throw fail(
      readFault(answer),
      now() - begun > QUICK_HOLD_MS && !('unanswered' in answer) ? PROMPT_HOLD_MS : QUICK_HOLD_MS,
    );
  }

  const get = async (account: string): Promise<string | null> => {
    const value = await call({ operation: 'get', service, account });
    if (typeof value !== 'string') return null;
    learn({ state: 'ready', kind: 'keychain' });
    return value;
  };
  const set = async (account: string, value: string): Promise<void> => {
    await call({ operation: 'set', service, account, value });
    learn({ state: 'ready', kind: 'keychain' });
  };

  return {
    get,
    set,
    async delete(account) {
      await call({ operation: 'delete', service, account });
    },
    async list() {
      const value = await call({ operation: 'list', service });
      return Array.isArray(value) ? value.filter((entry) => entry !== PROBE) : [];
    },
    async prove() {
      const mark = `${now()}`;
      await set(PROBE, mark);
      if ((await get(PROBE)) !== mark) {
        throw fail(
          { state: 'locked', reason: 'The keychain does not give back what it was given.' },
          QUICK_HOLD_MS,
        );
      }
    },
    retry() {
      caller.reset();
      hold = { since: 0, forMs: 0 };
    },
    get known() {
      return known;
    },
    changes,
    [Symbol.dispose]: () => caller[Symbol.dispose](),
  };
}
