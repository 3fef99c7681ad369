import type { AppUpdater } from './updates.ts';

/**
 * The updater of this system. It asks Electron for its version as soon as it is made and would write to the console, so
 * it is loaded only where there is a feed to ask, and says nothing by itself.
 */
export async function loadUpdater(): Promise<AppUpdater> {
  const { default: library } = await import('electron-updater');
  const { autoUpdater } = library;
  autoUpdater.logger = null;
  // It would name this installation to the feed with every question; the same word for all names none.
  autoUpdater.requestHeaders = { 'x-user-staging-id': 'none' };
  return autoUpdater;
}
