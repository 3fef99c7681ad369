// `node build/package/package-stub.ts FOLDER [linux-x64 win-x64 mac-arm64 ...]`: packs the built app with
// electron-builder around stub runtimes, without network, for build/verify-package.ts to look into. Nothing that it
// makes runs or is an installer. Needs `npm run build` first; ends with 1 when something failed.
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findTool } from './find-tool.ts';
import { makeStub, makeStubBridge } from './make-stub.ts';
import { pack } from './pack.ts';
import { releaseFor } from './release.ts';
import { TARGETS, type Target, targetName } from './system.ts';

const root = join(import.meta.dirname, '../..');
const DEFAULT = ['linux-x64', 'win-x64', 'mac-arm64'];
/** Kinds of package that no stub can stand in for, and why. */
const NOT_HERE = [
  ['AppImage', 'its runtime is a download'],
  ['rpm', 'fpm is a download'],
  ['NSIS installer', 'its plug-ins are a download'],
  ['dmg', 'macOS only'],
] as const;

/** The kinds that the tools of this machine can make for a target; a line is said for each that is left out. */
function kindsFor({ platform }: Target): string[] {
  const archive = platform === 'linux' ? 'tar.gz' : 'zip';
  const kinds = ['dir'];
  if (process.env.ELECTRON_BUILDER_7ZIP_PATH !== undefined) kinds.push(archive);
  else say(`not run: ${archive} for ${platform}: there is no 7zz, 7z or 7za (Debian: apt-get install 7zip)`);
  if (platform !== 'linux') return kinds;
  if (findTool('dpkg-deb') !== undefined) kinds.push('deb');
  else say('not run: deb: there is no dpkg-deb');
  return kinds;
}

async function packStub(target: Target, folder: string): Promise<void> {
  const name = targetName(target);
  const stub = join(folder, 'stub', name);
  const bridge = join(folder, 'bridge', name);
  await makeStub(stub, target);
  // The bridge of this system is real where it has been made; for the others there is no Node here.
  const made = join(root, 'dist/bridge', name);
  if (existsSync(made)) await cp(made, bridge, { recursive: true });
  else await makeStubBridge(bridge, target);
  const overrides = { electronDist: stub, compression: 'store' } as const;
  const release = releaseFor(target, process.env);
  await pack({ target, kinds: kindsFor(target), bridge, output: folder, release, overrides });
}

/** electron-builder calls a program, so the stand-in gets a shell script around it that has this Node. */
async function offerStandIns(folder: string): Promise<void> {
  const fpm = join(folder, 'fpm');
  await mkdir(folder, { recursive: true });
  await writeFile(
    fpm,
    `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, 'fpm-stand-in.ts')}' "$@"\n`,
  );
  await chmod(fpm, 0o755);
  process.env.CUSTOM_FPM_PATH = fpm;
  const sevenZip = process.env.ELECTRON_BUILDER_7ZIP_PATH ?? findTool('7zz', '7z', '7za');
  if (sevenZip !== undefined) process.env.ELECTRON_BUILDER_7ZIP_PATH = sevenZip;
  process.env.CSC_IDENTITY_AUTO_DISCOVERY = 'false';
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const [output, ...names] = process.argv.slice(2);
if (output === undefined) throw new Error('which folder should the packages go to?');
const chosen = TARGETS.filter((target) => (names.length > 0 ? names : DEFAULT).includes(targetName(target)));
const folder = resolve(output);
await import('./refuse-network.ts');
await offerStandIns(folder);
for (const [kind, reason] of NOT_HERE) say(`not run: ${kind}: ${reason}`);
for (const target of chosen) {
  const started = performance.now();
  await packStub(target, folder);
  say(`packed ${targetName(target)} around a stub in ${Math.round((performance.now() - started) / 1000)} s`);
}
