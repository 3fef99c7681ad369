import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the window once, so that the tests see what is shipped. */
async function buildWindow(): Promise<void> {
  await build({
    configFile: fileURLToPath(new URL('../../build/renderer.config.ts', import.meta.url)),
    logLevel: 'error',
  });
}

// biome-ignore lint/style/noDefaultExport: Playwright loads its set-up by default export
export default buildWindow;
