import type { KeychainProcess, StartKeychainProcess } from './keychain-child.ts';
import type { KeychainReply, KeychainRequest } from './keychain-message.ts';

/** `unanswered`: the keychain did not answer in time or is still busy with a call that it did not answer in time. */
export type KeychainAnswer = KeychainReply | { readonly ok: false; readonly unanswered: true };

export interface KeychainCaller extends Disposable {
  /** Makes one call; the caller sees to it that there is only one at a time. Never rejects. */
  call(request: KeychainRequest): Promise<KeychainAnswer>;
  /** Gives up a call that is still waiting, so that the next one starts afresh. */
  reset(): void;
}

export interface KeychainLimits {
  /** How long a caller waits for an answer, in ms. */
  readonly answer: number;
  /** How long a prompt may stand before the process is ended and the prompt goes with it, in ms. */
  readonly prompt: number;
  /** After this much idleness the process is ended, in ms. */
  readonly idle: number;
}

/** 5 s is what a call may cost (threats.md SEC-02); two minutes is what a person needs to find the password. */
export const KEYCHAIN_LIMITS: KeychainLimits = { answer: 5_000, prompt: 120_000, idle: 10_000 };

const UNANSWERED: KeychainAnswer = { ok: false, unanswered: true };
const ENDED: KeychainReply = { ok: false, message: 'The keychain process ended.' };

interface Waiting {
  readonly id: number;
  settle(answer: KeychainReply): void;
}

/**
 * Makes calls in a process of their own. A call that is not answered within the limit fails for its caller but goes
 * on waiting (a prompt is on the screen and the user may be typing); until then every other call fails at once
 * instead of queueing up behind it. `late` is told the answer to such a call, or that it was given up.
 */
export function createKeychainCaller(
  start: StartKeychainProcess,
  limits: KeychainLimits,
  late: (reply: KeychainReply) => void,
): KeychainCaller {
  let process: KeychainProcess | undefined;
  let waiting: Waiting | undefined;
  let overdue = false;
  let nextId = 1;
  let idleTimer: NodeJS.Timeout | undefined;

  const end = (): void => {
    clearTimeout(idleTimer);
    const ending = process;
    process = undefined;
    ending?.kill();
  };

  const open = (): KeychainProcess => {
    clearTimeout(idleTimer);
    if (process !== undefined) return process;
    const opened = start({
      replied(reply) {
        if (waiting?.id === reply.id) waiting.settle(reply);
      },
      ended() {
        if (process !== opened) return;
        process = undefined;
        waiting?.settle(ENDED);
      },
    });
    process = opened;
    return opened;
  };

  const send = (request: KeychainRequest): Promise<KeychainAnswer> =>
    new Promise((resolve) => {
      const id = nextId++;
      const answerTimer = setTimeout(() => {
        overdue = true;
        resolve(UNANSWERED);
      }, limits.answer);
      const promptTimer = setTimeout(() => {
        end();
        waiting?.settle(ENDED);
      }, limits.prompt);
      promptTimer.unref();
      waiting = {
        id,
        settle(reply) {
          clearTimeout(answerTimer);
          clearTimeout(promptTimer);
          waiting = undefined;
          if (!reply.ok && isBroken(reply)) end();
          else if (process !== undefined) idleTimer = setTimeout(end, limits.idle).unref();
          if (overdue) {
            overdue = false;
            late(reply);
          }
          resolve(reply);
        },
      };
      open().send({ ...request, id });
    });

  return {
    async call(request) {
      if (waiting !== undefined) return UNANSWERED;
      const answer = await send(request);
      // All four operations may be repeated: a fresh process has a fresh connection to the bus.
      return 'message' in answer && isBroken(answer) ? send(request) : answer;
    },
    reset() {
      end();
      waiting?.settle(ENDED);
    },
    [Symbol.dispose]() {
      end();
      waiting?.settle(ENDED);
    },
  };
}

/** The process or its bus connection is of no more use; the keychain itself may be well. */
function isBroken(reply: KeychainReply): boolean {
  return reply === ENDED || (!reply.ok && /connection is closed/i.test(reply.message));
}
