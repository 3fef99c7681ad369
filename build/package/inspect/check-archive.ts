import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { type Target, targetName } from '../system.ts';
import { type Finding, finding } from './finding.ts';

const LIMIT_BYTES = 4_000_000;
const WINDOW = /^dist\/renderer\/(index\.html|icon\.svg|assets\/[\w.-]+\.(js|css|woff2|svg))$/;
/** What the program loads when it is needed: the updater, sign-ins, the echo server. */
const PART = /^dist\/desktop\/parts\/[\w.-]+\.js$/;
const SOURCE_MAP = /^\/\/# sourceMappingURL=|\/\*# sourceMappingURL=/m;

/** The files that every package has, besides the window's. */
function programFiles({ platform, arch }: Target): string[] {
  return [
    'package.json',
    'dist/desktop/main.js',
    'dist/desktop/keychain-process.js',
    'dist/desktop/preload.cjs',
    'dist/desktop/tray.png',
    'node_modules/keytar/package.json',
    'node_modules/keytar/lib/keytar.js',
    `node_modules/keytar/prebuilds/${platform}-${arch}/keytar.node`,
  ];
}

/** Holds the list of packed files to the one that is wanted, so that nothing comes in by a pattern. */
export function checkArchive(asar: string, target: Target): Finding[] {
  const files = archivedFiles(asar);
  const wanted = programFiles(target);
  const missing = wanted.filter((file) => !files.includes(file));
  const foreign = files.filter((file) => !wanted.includes(file) && !WINDOW.test(file) && !PART.test(file));
  const mapped = files.filter((file) => file.endsWith('.map') || hasSourceMap(asar, file));
  const modules = new Set(
    files.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
  );
  const size = statSync(asar).size;
  return [
    finding(
      missing.length === 0,
      `app.asar for ${targetName(target)} has its program files${list(missing, 'without')}`,
    ),
    finding(foreign.length === 0, `app.asar has ${files.length} files, no other ones${list(foreign, 'but')}`),
    finding(mapped.length === 0, `app.asar has no source maps${list(mapped, 'but')}`),
    finding([...modules].join() === 'keytar', `the only packed module is keytar: ${[...modules].join(', ')}`),
    finding(size < LIMIT_BYTES, `app.asar has ${size} bytes, under ${LIMIT_BYTES}`),
    checkContents(asar, files),
    checkPreload(asar),
  ];
}

/** The paths of all files in the archive, with slashes and without the one in front. */
function archivedFiles(asar: string): string[] {
  const paths = listPackage(asar, { isPack: false }).map((path) => path.replaceAll('\\', '/').slice(1));
  return paths.filter((path) => !('files' in statFile(asar, path)));
}

function hasSourceMap(asar: string, file: string): boolean {
  return /\.(js|cjs|css)$/.test(file) && SOURCE_MAP.test(extractFile(asar, file).toString());
}

/** Each file is what the archive's own header says of it; Electron holds the header, and these, at run time (UIX-09). */
function checkContents(asar: string, files: readonly string[]): Finding {
  const changed = files.filter((file) => {
    const entry = statFile(asar, file);
    if (!('integrity' in entry) || entry.unpacked) return false;
    return createHash('sha256').update(extractFile(asar, file)).digest('hex') !== entry.integrity.hash;
  });
  return finding(changed.length === 0, `every file in app.asar has its digest${list(changed, 'but')}`);
}

/** A sandboxed preload script can load nothing but `electron`. */
function checkPreload(asar: string): Finding {
  const text = extractFile(asar, 'dist/desktop/preload.cjs').toString();
  const loaded = [...text.matchAll(/require\((.)([^)]*)\1\)/g)].map(([, , name]) => name);
  const isPlain = loaded.join() === 'electron' && !/^\s*import\b/m.test(text);
  return finding(isPlain, `the preload script loads: ${loaded.join(', ')}`);
}

function list(files: readonly string[], word: string): string {
  if (files.length === 0) return '';
  return `, ${word} ${files.slice(0, 10).join(', ')}${files.length > 10 ? ` and ${files.length - 10} more` : ''}`;
}
