import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../node_modules/electron');
const DOWNLOAD_MS = 180_000;

/** Why there is no window: for the one line that says so. */
export type ElectronRuntime = { readonly path: string } | { readonly missing: string };

/** The Electron binary if it is there; `download` also tries to get it, as its package does on first use. */
export async function findElectron(download: boolean): Promise<ElectronRuntime> {
  const present = installed();
  if (present !== undefined) return { path: present };
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { missing: 'there is no display here' };
  }
  if (!download || !existsSync(join(folder, 'install.js'))) return { missing: 'no Electron runtime' };
  process.stderr.write('Getting the Electron runtime (about 120 MB, once) ...\n');
  const child = spawn(process.execPath, [join(folder, 'install.js')], {
    stdio: 'ignore',
    timeout: DOWNLOAD_MS,
  });
  await once(child, 'close');
  const fetched = installed();
  return fetched === undefined
    ? { missing: 'the Electron runtime could not be downloaded' }
    : { path: fetched };
}

function installed(): string | undefined {
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return undefined;
  const path = join(
    process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'),
    readFileSync(name, 'utf8'),
  );
  return existsSync(path) ? path : undefined;
}
