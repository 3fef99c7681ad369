import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../system.ts';

/** Where the parts of an unpacked package are. */
export interface Layout {
  readonly resources: string;
  readonly asar: string;
  /** What @electron/fuses takes: the program, on macOS the `.app`. */
  readonly electron: string;
  readonly infoPlist: string | undefined;
}

/** Finds the parts in a folder, which may hold the app a few levels down; throws `Error` where there is no app. */
export function findLayout(folder: string, { platform }: Target): Layout {
  const app = appFolder(folder, platform, 4);
  if (app === undefined) throw new Error(`there is no app in ${folder}`);
  const resources = join(app, platform === 'darwin' ? 'Contents/Resources' : 'resources');
  const program = { linux: 'patchbay', win32: 'Patchbay.exe', darwin: '' }[platform];
  return {
    resources,
    asar: join(resources, 'app.asar'),
    electron: join(app, program),
    infoPlist: platform === 'darwin' ? join(app, 'Contents/Info.plist') : undefined,
  };
}

function appFolder(folder: string, platform: Target['platform'], levels: number): string | undefined {
  const asar = platform === 'darwin' ? 'Contents/Resources/app.asar' : 'resources/app.asar';
  if (existsSync(join(folder, asar))) return folder;
  if (levels === 0) return undefined;
  const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of inside) {
    const found = appFolder(join(folder, name), platform, levels - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
