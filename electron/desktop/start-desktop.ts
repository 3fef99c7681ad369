import { join } from 'node:path';
import { app, clipboard, dialog, ipcMain, powerMonitor, protocol, shell } from 'electron';
import { approvalsPath, openApprovals } from '../app/approvals.ts';
import { createControlApi } from '../app/control/create-control-api.ts';
import { type Host, openHost } from '../app/host.ts';
import { type Patchbay, startPatchbay } from '../app/patchbay.ts';
import { findProgramFile } from '../app/program-files.ts';
import { type ConfigPaths, configPaths } from '../config/config-paths.ts';
import { wakeBackends } from '../gateway/sessions/wake.ts';
import { portInUse } from '../headless/port-in-use.ts';
import { type EnvironmentStore, takeEnvironmentSecrets } from '../secrets/environment-store.ts';
import { serveAppScheme } from './app-scheme.ts';
import { createAutostart, HIDDEN_START } from './autostart.ts';
import { clientMachine } from './client-machine.ts';
import { confirmPath } from './deep-link.ts';
import { serveIpc } from './ipc-server.ts';
import { utilityKeychain } from './keychain-utility.ts';
import type { LinkInbox } from './link-inbox.ts';
import { loadUpdater } from './load-updater.ts';
import { createMainWindow, type MainWindow } from './main-window.ts';
import { setMenu } from './menu.ts';
import { codeNotice, createNotices } from './notices.ts';
import { createUpdateOffer } from './offer-update.ts';
import { openSignIn } from './open-external.ts';
import { drainBeforeQuit } from './orderly-quit.ts';
import type { InstalledApp } from './packaged-bridge.ts';
import { createPreferences } from './preferences.ts';
import { tellFaults } from './tell-fault.ts';
import { createTray } from './tray.ts';
import { watchTrayState } from './tray-state.ts';
import { readUpdateFeed } from './update-feed.ts';
import { startUpdates, type UpdateWay, updateWay } from './updates.ts';

interface Core {
  readonly paths: ConfigPaths;
  readonly environment: EnvironmentStore | undefined;
  readonly host: Host;
  readonly patchbay: Patchbay;
}

/** The built desktop app: main, preload, tray icon. */
const root = import.meta.dirname;

/** Composes the same core as the headless host, and puts a window, a tray and the system's events around it. */
export async function startDesktop(links: LinkInbox, args: readonly string[]): Promise<void> {
  let window: MainWindow | undefined;
  const notices = createNotices();
  const core = await startCore(args, (client, code) => {
    notices.raise(codeNotice(client, code));
    window?.reveal();
  });
  const { paths, environment, host, patchbay } = core;
  const { hub } = host;
  const log = hub.log.part('desktop');
  tellFaults(dialog, log, host.registry.scrub);
  const autostart = createAutostart(app, process.platform);
  const preferences = createPreferences(join(paths.stateFolder, 'preferences.json'), autostart);
  const control = createControlApi(patchbay, {
    host: 'desktop',
    log: hub.log,
    scrub: host.registry.scrub,
    fromEnvironment: (ref) => environment?.has(ref) === true,
    recentLog: hub.recent,
    preferences,
    opensBrowser: true,
    clientMachine: clientMachine(app.isPackaged ? installedApp() : undefined),
  });
  serveAppScheme(protocol, findProgramFile('renderer') ?? join(root, 'renderer'));
  setMenu(process.platform);
  const tray = createTray(
    join(root, 'tray.png'),
    () => (patchbay.listening.isBound() ? patchbay.url : undefined),
    {
      show: (path) => window?.show(path),
      copyEndpoint: () => {
        clipboard.writeText(patchbay.url).catch(() => log.warn('the address could not be copied'));
      },
      quit: () => app.quit(),
    },
    log,
  );
  const watching = tray && watchTrayState(control, () => patchbay.gateway.sessions.size(), tray.tell, log);
  // The page may call as soon as it is loaded.
  const ipc = serveIpc({
    ipcMain,
    api: control.api,
    sources: [control.subscribe, notices.subscribe],
    contents: () => window?.contents(),
    log,
  });
  const shown = createMainWindow({
    preload: join(root, 'preload.cjs'),
    log,
    path: confirmPath(links.open((link) => shown.show(confirmPath(link)))),
    startsHidden: tray !== undefined && args.includes(HIDDEN_START),
    hidesOnClose: () => tray !== undefined && preferences.current().hideToTray,
  });
  window = shown;
  app.on('activate', () => shown.show());
  // A window that hides is not closed: without one there is no way back to the app but its end.
  app.on('window-all-closed', () => app.quit());
  powerMonitor.on('resume', () => {
    wakeBackends(patchbay.gateway).catch(() => log.warn('the backends could not be woken'));
  });
  // The system waits for those who ask it to, for a while. The event is documented, and missing in the types.
  powerMonitor.on('shutdown', (event?: Electron.Event) => {
    event?.preventDefault();
    app.quit();
  });
  const quitWith = drainBeforeQuit(
    app,
    () => shown.letGo(),
    async () => {
      updates[Symbol.dispose]();
      ipc[Symbol.dispose]();
      watching?.[Symbol.dispose]();
      control[Symbol.dispose]();
      tray?.[Symbol.dispose]();
      await patchbay.drain();
      await host[Symbol.asyncDispose]();
    },
  );
  const updates = startUpdates(packagedWay(), loadUpdater, {
    mayAsk: () => preferences.current().updates === 'ask',
    tell: createUpdateOffer({
      dialog,
      notify: (message) => notices.raise({ level: 'info', message }),
      failed: () => log.warn('an update could not be installed'),
    }),
    quitWith,
    log,
  });
}

function installedApp(): InstalledApp {
  const { resourcesPath: resources, platform, execPath: program } = process;
  return { resources, platform, program, image: process.env.APPIMAGE };
}

function packagedWay(): UpdateWay {
  const { isPackaged } = app;
  const feed = isPackaged ? readUpdateFeed(process.resourcesPath) : undefined;
  return updateWay({ isPackaged, platform: process.platform, feed });
}

type StartOptions = Parameters<typeof startPatchbay>[0];

async function startCore(
  args: readonly string[],
  showCode: NonNullable<StartOptions['showCode']>,
): Promise<Core> {
  const environment = takeEnvironmentSecrets(process.env);
  const paths = configPaths();
  const keychain = findProgramFile('keychain-process') ?? join(root, 'keychain-process.js');
  await using stack = new AsyncDisposableStack();
  const host = stack.use(
    await openHost({
      ...paths,
      mustExist: false,
      onScreen: false,
      environment,
      startKeychain: utilityKeychain(keychain),
    }),
  );
  const { config, hub, secrets, note } = host;
  const patchbay = await startPatchbay({
    config,
    log: hub.log,
    secrets,
    version: app.getVersion(),
    note,
    showCode,
    openExternal: (url) => openSignIn(shell, url),
    demo: args.includes('--demo'),
    // Whoever has a window reads a command in it before it starts (threats.md 1.8).
    approvals: await openApprovals({ trustFile: false, path: approvalsPath(config.path) }),
    // Another program on the port would get the clients' tokens, so no other port is taken; the window says who has
    // it, and tries again when asked (NET-04).
    explainPort: portInUse,
    waitsForPort: true,
  });
  stack.move();
  return { paths, environment, host, patchbay };
}
