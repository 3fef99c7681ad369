import { findProgramFile } from '../app/program-files.ts';
import { forkKeychainProcess, type StartKeychainProcess } from '../secrets/keychain/keychain-child.ts';

/** The keychain's own process under plain Node; see keychain-process for why it is one. */
export function forkKeychain(): StartKeychainProcess {
  return forkKeychainProcess(findProgramFile('keychain-process') ?? 'keychain-process.js');
}
