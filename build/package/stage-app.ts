import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Target } from './system.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Lays out what is packed for a target, and nothing else: the desktop's bundles, the window, and keytar with one binary.
 * electron-builder's own choice of files packs 14 of those binaries, or the whole project (patterns for one system count
 * as a list of their own). Rejects when the app has not been built.
 */
export async function stageApp(folder: string, { platform, arch }: Target): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const part of ['desktop', 'renderer']) {
    await cp(join(root, 'dist', part), join(folder, 'dist', part), { recursive: true });
  }
  const from = join(root, 'node_modules/keytar');
  const to = join(folder, 'node_modules/keytar');
  const binary = `prebuilds/${platform}-${arch}`;
  for (const part of ['package.json', 'lib', binary]) {
    await cp(join(from, part), join(to, part), { recursive: true });
  }
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(await manifest(), undefined, 2)}\n`);
}

/** The packed package.json: ours without what only development needs. */
async function manifest(): Promise<Record<string, unknown>> {
  const { name, version, description, license, type, dependencies } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  return {
    name,
    productName: 'Patchbay',
    version,
    description,
    license,
    type,
    main: 'dist/desktop/main.js',
    // A deb needs one; a release has its own (build/package/release.ts).
    homepage: 'https://patchbay.invalid',
    desktopName: 'patchbay.desktop',
    dependencies: { keytar: dependencies.keytar },
  };
}
