// `npm run test:electron`: the built app in the real Electron. Without its runtime nothing runs, nothing counts as
// passed, and one line says so. It is never downloaded here.
import { findElectron } from './electron-runtime.ts';
import { run } from './run.ts';
import { NOTHING, writeTally } from './test/tally.ts';

const electron = await findElectron(false);
if ('path' in electron) {
  process.env.PATCHBAY_ELECTRON = electron.path;
  const config = 'test/electron/playwright.config.ts';
  process.exitCode =
    (await run('build', ['build/build.ts'])) ||
    (await run('tests', [
      'node_modules/@playwright/test/cli.js',
      'test',
      '--config',
      config,
      ...process.argv.slice(2),
    ]));
} else {
  process.stdout.write('not run: no Electron runtime\n');
  writeTally(NOTHING);
}
