import type { Session, WebContents } from 'electron';
import { APP_ORIGIN } from './app-scheme.ts';

/** Nothing that a page or a backend's text does can navigate, open a window, embed or ask for a permission (UIX-05). */
export function guardContents(contents: WebContents, askToOpen: (address: string) => void): void {
  contents.on('will-navigate', (event) => {
    if (!event.url.startsWith(`${APP_ORIGIN}/`)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    askToOpen(url);
    return { action: 'deny' };
  });
}

/** Denies every permission, asked for or checked. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}
