import type { BridgeShape, FileClient, FilePlace } from './definition.ts';

/** `command`, `args`, `env`: the spelling that most clients took from Claude Desktop. */
export const PLAIN_BRIDGE: BridgeShape = { commandKey: 'command', argsKey: 'args', envKey: 'env' };

/** A file below the home folder; the marker is the folder that proves an install. */
export function inHome(file: string, marker: string): FilePlace {
  return { base: 'home', file, marker };
}

/** The same places on all three systems. */
export function everywhere(...places: readonly FilePlace[]): FileClient['places'] {
  return { darwin: places, win32: places, linux: places };
}

/** VS Code and its kin keep user files in one folder name below three different bases. */
export function userFolder(product: string, file: string, marker: string): FileClient['places'] {
  const at = (base: FilePlace['base']): readonly FilePlace[] => [
    { base, file: `${product}/User/${file}`, marker: `${product}/User${marker}` },
  ];
  return { darwin: at('app-support'), win32: at('roaming'), linux: at('xdg-config') };
}
