import { app, protocol } from 'electron';
import { SCHEME_PRIVILEGES } from './app-scheme.ts';
import { HIDDEN_START } from './autostart.ts';
import { dropDebugSwitches } from './debug-switches.ts';
import { LINK_SCHEME, linkIn } from './deep-link.ts';
import { createLinkInbox } from './link-inbox.ts';
import { startDesktop } from './start-desktop.ts';
import { startFailed } from './start-failed.ts';

dropDebugSwitches(app);
// Everything that must be said before the app is ready: the scheme, the one instance, and who hears of links.
protocol.registerSchemesAsPrivileged([SCHEME_PRIVILEGES]);
if (app.requestSingleInstanceLock()) {
  const args = process.argv.slice(1);
  const links = createLinkInbox(linkIn(args));
  app.on('second-instance', (_event, others) => {
    // A client's bridge starts the app hidden, and may do so while it is already starting: nobody asked for a window.
    if (!others.includes(HIDDEN_START)) links.take(linkIn(others));
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    links.take(link);
  });
  // A copy that was not packed would register the bare Electron.
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
  app
    .whenReady()
    .then(() => startDesktop(links, args))
    .catch(startFailed);
} else app.quit();
