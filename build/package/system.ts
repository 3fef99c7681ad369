/** A system and processor that packages are made for. The names are Node's. */
export interface Target {
  readonly platform: 'linux' | 'win32' | 'darwin';
  readonly arch: 'x64' | 'arm64';
}

export const TARGETS: readonly Target[] = [
  { platform: 'linux', arch: 'x64' },
  { platform: 'linux', arch: 'arm64' },
  { platform: 'win32', arch: 'x64' },
  { platform: 'win32', arch: 'arm64' },
  { platform: 'darwin', arch: 'x64' },
  { platform: 'darwin', arch: 'arm64' },
];

/** The short name of a target in folder and file names, in electron-builder's words: `linux-x64`, `mac-arm64`. */
export function targetName({ platform, arch }: Target): string {
  return `${{ linux: 'linux', win32: 'win', darwin: 'mac' }[platform]}-${arch}`;
}

/** The target of a short name; `undefined` for one that nothing is made for. */
export function parseTarget(name: string): Target | undefined {
  return TARGETS.find((target) => targetName(target) === name);
}

/** The target that this process runs on; throws `Error` where no package is made for it. */
export function ownTarget(): Target {
  const { platform, arch } = process;
  const own = TARGETS.find((target) => target.platform === platform && target.arch === arch);
  if (own === undefined) throw new Error(`no package is made for ${platform} on ${arch}`);
  return own;
}

/** The file name of the bridge's executable on a system. */
export function bridgeName(platform: Target['platform']): string {
  return platform === 'win32' ? 'patchbay-bridge.exe' : 'patchbay-bridge';
}
