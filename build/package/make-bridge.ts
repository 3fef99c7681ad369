// `node build/package/make-bridge.ts`: the bridge as one executable for this system, out of this project's Node and
// dist/bridge/patchbay-bridge.cjs. It is a Node single executable and not a launcher, because a client's machine need
// not have Node, and the app's own binary can neither run as Node (its fuse is off) nor talk over stdio on Windows.
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'postject';
import { bridgeName, ownTarget, targetName } from './system.ts';

const run = promisify(execFile);
/** Fixed by Node: where a single executable looks for its program, and the mark that says that it is one. */
const BLOB = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Writes `<dist>/bridge/<target>/patchbay-bridge` for the system that runs this, about 120 MB, and returns its path.
 * Rejects when the bundle is missing, and on macOS when `codesign` fails.
 */
export async function makeBridge(dist: string): Promise<string> {
  const target = ownTarget();
  const folder = join(dist, 'bridge', targetName(target));
  const path = join(folder, bridgeName(target.platform));
  const blob = join(folder, 'bridge.blob');
  const settings = join(folder, 'bridge.json');
  await mkdir(folder, { recursive: true });
  await writeFile(
    settings,
    JSON.stringify({
      main: join(dist, 'bridge/patchbay-bridge.cjs'),
      output: blob,
      disableExperimentalSEAWarning: true,
      // NODE_OPTIONS of the client's environment has no say in a program that holds a token.
      execArgvExtension: 'none',
    }),
  );
  await run(process.execPath, ['--experimental-sea-config', settings]);
  await rm(path, { force: true });
  await copyFile(process.execPath, path);
  await chmod(path, 0o755);
  await prepare(path, target.platform);
  await inject(path, BLOB, await readFile(blob), { sentinelFuse: FUSE, machoSegmentName: 'NODE_SEA' });
  // macOS runs nothing on arm64 without a signature; packaging replaces this one where there are credentials.
  if (target.platform === 'darwin') await run('codesign', ['--sign', '-', path]);
  await rm(blob);
  await rm(settings);
  return path;
}

/** Makes room for the program: a signature would be broken by it, and Linux's Node comes with symbols. */
async function prepare(path: string, platform: NodeJS.Platform): Promise<void> {
  if (platform === 'darwin') await run('codesign', ['--remove-signature', path]);
  if (platform === 'linux') await run('strip', ['--strip-debug', path]).catch(() => undefined);
}

if (process.argv[1] === import.meta.filename) {
  const path = await makeBridge(join(dirname(dirname(import.meta.dirname)), 'dist'));
  process.stdout.write(`wrote ${path}\n`);
}
