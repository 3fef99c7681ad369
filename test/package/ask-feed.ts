// A packed app's question about updates, by the real updater: `ask-feed.ts RESOURCES N` asks the feed in that folder N
// times and prints what was found. Of Electron it needs the app's name and a request, which Node's own stands in for.
import { EventEmitter } from 'node:events';
import { request } from 'node:http';
import { registerHooks } from 'node:module';
import type { Log } from '../../electron/log/log.ts';

const [resourcesPath, times] = process.argv.slice(2);
const app = Object.assign(new EventEmitter(), {
  getVersion: () => '1.2.0',
  getName: () => 'patchbay',
  getPath: () => resourcesPath,
  isPackaged: true,
  whenReady: async () => {},
});
const electron = { app, net: { request }, session: { fromPartition: () => ({}) } };
Object.assign(globalThis, { electron });
Object.assign(process, { resourcesPath });
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: 'stand-in:electron', format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url === 'stand-in:electron'
      ? { format: 'commonjs', source: 'module.exports = globalThis.electron', shortCircuit: true }
      : next(url, context),
});

const { loadUpdater } = await import('../../electron/desktop/load-updater.ts');
const { startUpdates } = await import('../../electron/desktop/updates.ts');
const quiet = (): void => {};
const log: Log = {
  debug: quiet,
  info: quiet,
  warn: (...told) => console.error(...told),
  error: quiet,
  part: () => log,
};
using updates = startUpdates({ kind: 'notice', reason: 'test' }, loadUpdater, {
  mayAsk: () => false,
  tell: quiet,
  quitWith: quiet,
  log,
});
const found: unknown[] = [];
for (let asked = 0; asked < Number(times); asked++) found.push((await updates.check()) ?? null);
process.stdout.write(JSON.stringify(found));
