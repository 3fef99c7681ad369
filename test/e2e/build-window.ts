import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { WINDOW_FOLDER } from './window-folder.ts';

/** Builds the window once, as it is shipped but to a folder of its own: nobody builds anew under a running test. */
async function buildWindow(): Promise<void> {
  await build({
    configFile: fileURLToPath(new URL('../../build/renderer.config.ts', import.meta.url)),
    logLevel: 'error',
    build: { outDir: WINDOW_FOLDER },
  });
}

// biome-ignore lint/style/noDefaultExport: Playwright loads its set-up by default export
export default buildWindow;
