import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Files of the program that are started or served as they are, by name: where they stand in source and when built. */
const FILES = {
  'keychain-process': [
    '../secrets/keychain/keychain-process.ts',
    '../keychain-process.js',
    'keychain-process.js',
  ],
  bridge: ['../bridge/main.ts', '../patchbay-bridge.js', 'patchbay-bridge.js'],
  renderer: ['../../dist/renderer', '../renderer', 'renderer'],
} as const;

export type ProgramFile = keyof typeof FILES;

/** The path of a file of the program; `undefined` where it has not been built. */
export function findProgramFile(name: ProgramFile): string | undefined {
  return FILES[name].map((path) => join(import.meta.dirname, path)).find((path) => existsSync(path));
}
