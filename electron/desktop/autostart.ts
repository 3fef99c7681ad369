import type { App } from 'electron';

/** The argument of a start that nobody asked for: the window stays in the tray. */
export const HIDDEN_START = '--hidden';

/** Whether the app starts with the user's session. Off until a person asks; Linux has no such setting in Electron. */
export interface Autostart {
  readonly isSupported: boolean;
  get(): boolean;
  set(on: boolean): void;
}

export function createAutostart(
  app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>,
  platform: NodeJS.Platform,
): Autostart {
  const isSupported = platform === 'darwin' || platform === 'win32';
  return {
    isSupported,
    get: () => isSupported && app.getLoginItemSettings().openAtLogin,
    set(on) {
      if (isSupported) app.setLoginItemSettings({ openAtLogin: on, args: on ? [HIDDEN_START] : [] });
    },
  };
}
