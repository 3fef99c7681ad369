import { fork } from 'node:child_process';
import type { KeychainReply, KeychainRequest, Numbered } from './keychain-message.ts';

/** A running keychain process. `ended` comes once, also after `kill`. */
export interface KeychainProcess {
  send(request: Numbered<KeychainRequest>): void;
  kill(): void;
}

export interface KeychainProcessEvents {
  replied(reply: Numbered<KeychainReply>): void;
  ended(): void;
}

/** How the process is started; Electron gives its own way here, as its binary cannot run as Node (fuse off). */
export type StartKeychainProcess = (events: KeychainProcessEvents) => KeychainProcess;

/**
 * Starts `entry` (path of the built or the source file of keychain-process) in a Node child with the environment `env`. Values travel over the private
 * channel between the two, never by argument or environment. The child does not keep our process alive while it is
 * idle; `send` does, until the reply.
 */
export function forkKeychainProcess(
  entry: string,
  env: NodeJS.ProcessEnv = process.env,
): StartKeychainProcess {
  return (events) => {
    // Only what is written on fd 3 matters; the libraries' warnings on stderr are no answer to anybody.
    const child = fork(entry, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [], env });
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      events.ended();
    };
    const idle = (): void => {
      child.unref();
      child.channel?.unref();
    };
    child.on('message', (reply) => {
      idle();
      events.replied(reply as Numbered<KeychainReply>);
    });
    child.once('exit', end);
    child.once('error', end);
    idle();
    return {
      send(request) {
        child.ref();
        child.channel?.ref();
        child.send(request, (failure) => {
          if (failure !== null) child.kill('SIGKILL');
        });
      },
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
