import { BrowserWindow, shell } from 'electron';
import type { Log } from '../log/log.ts';
import { APP_ORIGIN } from './app-scheme.ts';
import { denyPermissions, guardContents } from './guard-contents.ts';
import { openExternal } from './open-external.ts';
import { windowOptions } from './window-options.ts';

export interface MainWindow {
  show(path?: string): void;
  hide(): void;
  contents(): Electron.WebContents | undefined;
  /** From now on closing ends the window instead of hiding it. */
  letGo(): void;
}

/** Renderer crashes that are answered with a reload; more in a row show that a reload does not help. */
const MAX_RELOADS = 3;
const RELOAD_WINDOW_MS = 60_000;

/** Makes the one window: hidden to the tray when closed, reloaded when its renderer dies (UIX-07). */
export function createMainWindow(preload: string, log: Log, hasTray: () => boolean): MainWindow {
  const window = new BrowserWindow(windowOptions(preload));
  const { webContents } = window;
  let leaving = false;
  let crashes: number[] = [];
  denyPermissions(webContents.session);
  guardContents(webContents, (address) => {
    openExternal(shell, address).catch(() => log.warn('an address could not be opened'));
  });
  window.on('close', (event) => {
    if (leaving || !hasTray()) return;
    event.preventDefault();
    window.hide();
  });
  webContents.on('render-process-gone', (_event, { reason }) => {
    const now = performance.now();
    crashes = [...crashes.filter((at) => now - at < RELOAD_WINDOW_MS), now];
    log.error('the window crashed', { reason, times: crashes.length });
    if (crashes.length <= MAX_RELOADS && !window.isDestroyed()) webContents.reload();
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${APP_ORIGIN}/`);
  return {
    show(path) {
      if (window.isDestroyed()) return;
      if (path !== undefined) void window.loadURL(`${APP_ORIGIN}/#${path}`);
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    hide: () => window.hide(),
    contents: () => (window.isDestroyed() ? undefined : webContents),
    letGo() {
      leaving = true;
    },
  };
}
