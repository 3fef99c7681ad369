// Bundles the program into dist/: `patchbay.js` with one file per command beside it, the small programs that stand
// alone, the window, and what the desktop app is packed from. Everything is inside but keytar, whose native part cannot
// be, and what Node and Electron bring.
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Rolldown } from 'vite';
import { knownEval } from './known-eval.ts';
import { leanDefines, leanDesktop } from './lean-desktop.ts';
import { leanUpdater } from './lean-updater.ts';
import { oneByteText } from './one-byte.ts';

const root = join(import.meta.dirname, '..');
const outDir = join(root, 'dist');

interface Bundle {
  readonly folder?: string;
  /** Programs keep their lines and have a source map for traces; a package is small and has none. */
  readonly packed: boolean;
  readonly output?: Rolldown.OutputOptions;
}

const PROGRAMS: Bundle = { packed: false };
const DESKTOP: Bundle = { folder: 'desktop', packed: true };
/** A preload script in the sandbox is CommonJS and may load `electron` only; a single executable starts with CommonJS. */
const COMMON_JS: Rolldown.OutputOptions = { format: 'cjs', entryFileNames: '[name].cjs' };

/** Bundles programs that share their parts. One entry alone becomes one file. */
async function bundle(input: Record<string, string>, options: Bundle): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: options.packed ? [leanDesktop(), leanUpdater(), oneByteText()] : [knownEval(), oneByteText()],
    ...(options.packed && { define: leanDefines }),
    ssr: { noExternal: true, external: ['keytar', 'electron'], target: 'node' },
    build: {
      ssr: true,
      outDir: join(outDir, options.folder ?? ''),
      emptyOutDir: false,
      target: 'node24',
      sourcemap: !options.packed,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(input).map(([name, path]) => [name, join(root, path)])),
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'parts/[name]-[hash].js',
          comments: { legal: true, annotation: false, jsdoc: false },
          minify: options.packed && {
            compress: true,
            mangle: { toplevel: true },
            codegen: { removeWhitespace: true },
          },
          ...options.output,
        },
      },
    },
  });
}

await rm(outDir, { recursive: true, force: true });
await bundle({ patchbay: 'electron/headless/main.ts', 'patchbay-echo': 'electron/demo/main.ts' }, PROGRAMS);
await bundle({ 'patchbay-bridge': 'electron/bridge/main.ts' }, PROGRAMS);
await bundle({ 'keychain-process': 'electron/secrets/keychain/keychain-process.ts' }, PROGRAMS);

await build({ configFile: join(root, 'build/renderer.config.ts'), logLevel: 'warn' });
await bundle({ main: 'electron/desktop/main.ts' }, DESKTOP);
await bundle({ 'keychain-process': 'electron/secrets/keychain/keychain-process.ts' }, DESKTOP);
await bundle({ preload: 'electron/desktop/preload.ts' }, { ...DESKTOP, output: COMMON_JS });
await copyFile(join(root, 'build/icons/linux/32x32.png'), join(outDir, 'desktop/tray.png'));
// The source of the bridge's single executable (build/package/make-bridge.ts).
await bundle(
  { 'patchbay-bridge': 'electron/bridge/main.ts' },
  { folder: 'bridge', packed: true, output: COMMON_JS },
);
