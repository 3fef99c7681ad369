// Bundles the command line into dist/: `patchbay.js` with one file per command beside it, and `patchbay-echo.js`.
// Everything is inside but keytar, whose native part cannot be, and what Node brings.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const outDir = join(root, 'dist');

await rm(outDir, { recursive: true, force: true });
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  ssr: { noExternal: true, external: ['keytar'], target: 'node' },
  build: {
    ssr: true,
    outDir,
    target: 'node24',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        patchbay: join(root, 'electron/headless/main.ts'),
        'patchbay-echo': join(root, 'electron/demo/main.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'parts/[name]-[hash].js' },
    },
  },
});
