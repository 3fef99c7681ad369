import { utilityProcess } from 'electron';
import type { StartKeychainProcess } from '../secrets/keychain/keychain-child.ts';
import type { KeychainReply, Numbered } from '../secrets/keychain/keychain-message.ts';

/** Starts the keychain's own process as a utility process: our binary cannot run as Node, its fuse is off. */
export function utilityKeychain(entry: string): StartKeychainProcess {
  return (events) => {
    const child = utilityProcess.fork(entry, [], { stdio: 'ignore', serviceName: 'Patchbay keychain' });
    let ended = false;
    child.on('message', (reply: Numbered<KeychainReply>) => events.replied(reply));
    child.on('exit', () => {
      if (!ended) events.ended();
      ended = true;
    });
    return { send: (request) => child.postMessage(request), kill: () => void child.kill() };
  };
}
