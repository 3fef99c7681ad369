import { join } from 'node:path';
import { app, clipboard, ipcMain, powerMonitor, protocol } from 'electron';
import { createControlApi } from '../app/control/create-control-api.ts';
import { openHost } from '../app/host.ts';
import { type Patchbay, startPatchbay } from '../app/patchbay.ts';
import { findProgramFile } from '../app/program-files.ts';
import { configPaths } from '../config/config-paths.ts';
import { wakeBackends } from '../gateway/sessions/wake.ts';
import { takeEnvironmentSecrets } from '../secrets/environment-store.ts';
import { SCHEME_PRIVILEGES, serveAppScheme } from './app-scheme.ts';
import { createAutostart } from './autostart.ts';
import { LINK_SCHEME, linkIn, readDeepLink } from './deep-link.ts';
import { serveIpc } from './ipc-server.ts';
import { utilityKeychain } from './keychain-utility.ts';
import { createMainWindow } from './main-window.ts';
import { setMenu } from './menu.ts';
import { drainBeforeQuit } from './orderly-quit.ts';
import { createPreferences } from './preferences.ts';
import { startFailed } from './start-failed.ts';
import { createTray } from './tray.ts';

const root = import.meta.dirname;

/** The address of the confirm screen for a proposal; every link ends there and nowhere else (IMP-02). */
function confirmPath(link: string | undefined): string | undefined {
  const intent = link === undefined ? undefined : readDeepLink(link);
  return intent === undefined ? undefined : `/backends/propose?text=${encodeURIComponent(intent.text)}`;
}

/** Composes the same core as the headless host, and puts a window, a tray and the system's events around it. */
async function run(): Promise<void> {
  const environment = takeEnvironmentSecrets(process.env);
  const paths = configPaths();
  const host = await openHost({
    ...paths,
    mustExist: false,
    onScreen: false,
    environment,
    startKeychain: utilityKeychain(findProgramFile('keychain-process') ?? join(root, 'keychain-process.js')),
  });
  const { config, hub, secrets, registry } = host;
  const patchbay: Patchbay = await startPatchbay({
    config,
    log: hub.log,
    secrets,
    version: app.getVersion(),
  });
  const autostart = createAutostart(app, process.platform);
  const control = createControlApi(patchbay, {
    host: 'desktop',
    log: hub.log,
    scrub: registry.scrub,
    fromEnvironment: (ref) => environment?.has(ref) === true,
    recentLog: hub.recent,
    preferences: createPreferences(join(paths.stateFolder, 'preferences.json'), autostart),
  });
  serveAppScheme(protocol, findProgramFile('renderer') ?? join(root, 'renderer'));
  setMenu(process.platform);
  const log = hub.log.part('desktop');
  const window = createMainWindow(join(root, 'preload.cjs'), log, () => tray !== undefined);
  const tray = createTray(
    join(root, 'tray.png'),
    patchbay.url,
    {
      show: () => window.show(),
      copyEndpoint: () => clipboard.writeText(patchbay.url),
      quit: () => app.quit(),
    },
    log,
  );
  const ipc = serveIpc({ ipcMain, ...control, contents: () => window.contents(), log });
  app.on('second-instance', (_event, args) => window.show(confirmPath(linkIn(args))));
  app.on('open-url', (event, link) => {
    event.preventDefault();
    window.show(confirmPath(link));
  });
  app.on('activate', () => window.show());
  // Closing the last window leaves the gateway running in the tray; where there is none, it ends the app.
  app.on('window-all-closed', () => {
    if (tray === undefined) app.quit();
  });
  powerMonitor.on('resume', () => void wakeBackends(patchbay.gateway));
  drainBeforeQuit(
    app,
    () => window.letGo(),
    async () => {
      ipc[Symbol.dispose]();
      control[Symbol.dispose]();
      tray?.[Symbol.dispose]();
      await patchbay.drain();
      await host[Symbol.asyncDispose]();
    },
  );
}

protocol.registerSchemesAsPrivileged([SCHEME_PRIVILEGES]);
if (app.requestSingleInstanceLock()) {
  app.setAsDefaultProtocolClient(LINK_SCHEME);
  app.whenReady().then(run).catch(startFailed);
} else app.quit();
