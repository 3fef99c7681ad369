import { fileURLToPath } from 'node:url';
import { createFakeHost } from './fake-host.ts';
import { serveWindow } from './serve-window.ts';

// `node test/support/fake-host/main.ts [port] [--empty]`: the built window over samples, for developing it.
const folder = fileURLToPath(new URL('../../../dist/renderer', import.meta.url));
const served = await serveWindow(
  createFakeHost({ empty: process.argv.includes('--empty') }),
  folder,
  Number(process.argv[2] ?? 0),
);
console.log(served.address);
