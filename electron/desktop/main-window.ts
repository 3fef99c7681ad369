import { app, BrowserWindow, dialog, shell } from 'electron';
import type { Log } from '../log/log.ts';
import { APP_ORIGIN } from './app-scheme.ts';
import { createAskToOpen } from './ask-to-open.ts';
import { denyPermissions, guardContents } from './guard-contents.ts';
import { recoverWindow } from './recover-window.ts';
import { windowOptions } from './window-options.ts';

export interface MainWindow {
  show(path?: string): void;
  /** Shows it beside what the person does, without taking the keyboard. */
  reveal(): void;
  contents(): Electron.WebContents | undefined;
  /** From now on closing ends the window instead of hiding it. */
  letGo(): void;
}

export interface MainWindowOptions {
  readonly preload: string;
  readonly log: Log;
  /** The address in the window that is opened first. */
  readonly path: string | undefined;
  /** It stays hidden until somebody asks for it. */
  readonly startsHidden: boolean;
  /** Whether closing it hides it, as of now. */
  readonly hidesOnClose: () => boolean;
}

/** Makes the one window: hidden to the tray when closed, brought back when its renderer dies (UIX-07). */
export function createMainWindow({ log, path, ...options }: MainWindowOptions): MainWindow {
  const window = new BrowserWindow(windowOptions(options.preload, app.isPackaged));
  const { webContents } = window;
  const askToOpen = createAskToOpen(shell, dialog);
  let leaving = false;
  denyPermissions(webContents.session);
  guardContents(webContents, (address) => {
    askToOpen(address).catch(() => log.warn('an address could not be opened'));
  });
  window.on('close', (event) => {
    if (leaving || !options.hidesOnClose()) return;
    event.preventDefault();
    window.hide();
  });
  const recovery = recoverWindow(window, dialog, log);
  if (!options.startsHidden) window.once('ready-to-show', () => window.show());
  const load = (fragment: string): void => {
    window
      .loadURL(`${APP_ORIGIN}/${fragment}`)
      .catch(() => log.error('a page of the window could not be loaded'));
  };
  load(path === undefined ? '' : `#${path}`);
  return {
    show(target) {
      if (window.isDestroyed()) return;
      recovery.revive();
      if (target !== undefined) load(`#${target}`);
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    reveal() {
      if (!window.isDestroyed() && !window.isVisible()) window.showInactive();
    },
    contents: () => (window.isDestroyed() ? undefined : webContents),
    letGo() {
      leaving = true;
      if (!window.isDestroyed()) window.hide();
    },
  };
}
