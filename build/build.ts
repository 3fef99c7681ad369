// Bundles the program into dist/: `patchbay.js` with one file per command beside it, and the small programs that stand
// alone. Everything is inside but keytar, whose native part cannot be, and what Node brings.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const outDir = join(root, 'dist');

/** Bundles programs that share their parts. One entry alone becomes one file. */
async function bundle(input: Record<string, string>): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['keytar'], target: 'node' },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(input).map(([name, path]) => [name, join(root, path)])),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'parts/[name]-[hash].js' },
      },
    },
  });
}

await rm(outDir, { recursive: true, force: true });
await bundle({ patchbay: 'electron/headless/main.ts', 'patchbay-echo': 'electron/demo/main.ts' });
await bundle({ 'patchbay-bridge': 'electron/bridge/main.ts' });
await bundle({ 'keychain-process': 'electron/secrets/keychain/keychain-process.ts' });
