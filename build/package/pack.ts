import { join } from 'node:path';
import { Arch, build, type Configuration, Platform } from 'electron-builder';
import { closeInfoPlist } from './close-info-plist.ts';
import type { Release } from './release.ts';
import { stageApp } from './stage-app.ts';
import { type Target, targetName } from './system.ts';

const root = join(import.meta.dirname, '../..');
const PLATFORMS = { linux: Platform.LINUX, win32: Platform.WINDOWS, darwin: Platform.MAC };

export interface Pack {
  readonly target: Target;
  /** Kinds of package by electron-builder's names; those of electron-builder.yml when left out. */
  readonly kinds?: readonly string[];
  /** The folder with the bridge's executable for this target. */
  readonly bridge: string;
  /** Packages go to a folder in here that has the target's name. */
  readonly output: string;
  readonly release: Release;
  readonly overrides?: Configuration;
}

/**
 * Packs the built app for one target and resolves to the paths of its packages. Publishes nothing. Rejects when
 * something is missing or electron-builder refuses its configuration.
 */
export async function pack({ target, kinds, bridge, output, release, overrides }: Pack): Promise<string[]> {
  const app = join(output, 'app', targetName(target));
  await stageApp(app, target);
  const platform = PLATFORMS[target.platform];
  const { maintainer, ...origin } = release.overrides;
  return await build({
    projectDir: root,
    targets: platform.createTarget(
      kinds === undefined ? null : [...kinds],
      target.arch === 'x64' ? Arch.x64 : Arch.arm64,
    ),
    config: {
      extends: join(root, 'build/package/electron-builder.yml'),
      directories: {
        app,
        output: join(output, targetName(target)),
        buildResources: 'build/package/resources',
      },
      extraResources: [{ from: bridge, to: 'bridge' }],
      afterPack: async ({ appOutDir }) => {
        if (target.platform === 'darwin') await closeInfoPlist(appOutDir);
      },
      ...origin,
      ...(maintainer !== undefined && { linux: { maintainer } }),
      ...overrides,
    },
    publish: 'never',
  });
}
