// `npm start`: builds, then opens the app's window where the Electron runtime is or can be had; otherwise says so and
// runs the same gateway in plain Node, with the window in the browser. Both come with the built-in echo backend.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { findElectron } from './electron-runtime.ts';
import { run } from './run.ts';

const root = join(import.meta.dirname, '..');
const rest = process.argv.slice(2);

if ((await run('build', ['build/build.ts'])) !== 0) process.exit(1);
const electron = await findElectron(rest.length === 0);
if ('path' in electron) {
  const app = spawn(electron.path, [root, '--demo', ...rest], { stdio: 'inherit' });
  const [code] = (await once(app, 'close')) as [number | null];
  process.exitCode = code ?? 1;
} else {
  process.stderr.write(`No app window: ${electron.missing}. The window opens in your browser instead.\n\n`);
  process.exitCode = await run('serve', ['bin/patchbay.mjs', 'serve', '--demo', '--ui', ...rest]);
}
