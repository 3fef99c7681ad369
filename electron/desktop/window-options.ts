import type { BrowserWindowConstructorOptions } from 'electron';

/** The window's options: every protection on, said in full although most are defaults (threats.md 1.6). */
export function windowOptions(preload: string, isPackaged: boolean): BrowserWindowConstructorOptions {
  return {
    width: 1240,
    height: 820,
    minWidth: 560,
    minHeight: 480,
    show: false,
    title: 'Patchbay',
    backgroundColor: '#1a1b1e',
    webPreferences: {
      preload,
      // UIX-08.
      devTools: !isPackaged,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  };
}
