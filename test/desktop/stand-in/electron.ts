// The part of the module `electron` that the app uses, without a screen. It keeps what the app asks for and lets a test
// play the system and the page; `implements` holds it against the real types.
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { writeSync } from 'node:fs';
import type Electron from 'electron';
import { answerTest } from './answer-test.ts';
import { BrowserWindow, preventable, settings } from './window.ts';

export { BrowserWindow };

// Electron sets it in every process.
Object.assign(process, { resourcesPath: import.meta.dirname });

type AppPart =
  | 'whenReady'
  | 'quit'
  | 'exit'
  | 'getVersion'
  | 'isPackaged'
  | 'requestSingleInstanceLock'
  | 'setAsDefaultProtocolClient'
  | 'setLoginItemSettings';

/** Switches that were given, and that the app took away. */
class StandInCommandLine implements Pick<Electron.CommandLine, 'removeSwitch'> {
  readonly removed: string[] = [];
  removeSwitch(name: string): void {
    this.removed.push(name);
  }
}

class StandInApp extends EventEmitter implements Pick<Electron.App, AppPart> {
  readonly isPackaged = settings.isPackaged;
  readonly commandLine = new StandInCommandLine();
  readonly loginItems: unknown[] = [];
  readonly protocolClients: string[] = [];
  whenReady = async (): Promise<void> => {};
  getVersion = (): string => '0.0.0-stand-in';
  exit = (code = 0): void => process.exit(code);
  requestSingleInstanceLock = (): boolean => !settings.isSecond;
  setAsDefaultProtocolClient = (scheme: string): boolean => this.protocolClients.push(scheme) > 0;
  setLoginItemSettings = (item: Electron.Settings): void => void this.loginItems.push(item);
  getLoginItemSettings = (): Pick<Electron.LoginItemSettings, 'openAtLogin'> => ({ openAtLogin: false });
  quit(): void {
    const event = preventable();
    this.emit('before-quit', event);
    if (!event.defaultPrevented) process.exit(0);
  }
}

type Handler = Parameters<Electron.IpcMain['handle']>[1];

export const app = new StandInApp();

export const handlers = new Map<string, Handler>();
export const ipcMain: Pick<Electron.IpcMain, 'handle' | 'removeHandler'> = {
  handle(channel, handler) {
    if (handlers.has(channel)) throw new Error(`a second handler for ${channel}`);
    handlers.set(channel, handler);
  },
  removeHandler: (channel) => void handlers.delete(channel),
};

export const schemes: Electron.CustomScheme[] = [];
export const served = new Map<string, (request: Request) => Response | Promise<Response>>();
export const protocol: Pick<Electron.Protocol, 'handle' | 'registerSchemesAsPrivileged'> = {
  handle: (scheme, handler) => void served.set(scheme, handler),
  registerSchemesAsPrivileged: (list) => void schemes.push(...list),
};

export const opened: string[] = [];
export const shell: Pick<Electron.Shell, 'openExternal'> = {
  openExternal: async (url) => void opened.push(url),
};

export const dialogs: unknown[] = [];
export const dialog = {
  async showMessageBox(options: Electron.MessageBoxOptions): Promise<Electron.MessageBoxReturnValue> {
    dialogs.push(options);
    return { response: settings.pressed, checkboxChecked: false };
  },
  // At once: the app ends right after it.
  showErrorBox: (title: string, content: string): void =>
    writeSync(
      2,
      `${title}
${content}
`,
    ) as never,
};

let copied = '';
export const clipboard: Pick<Electron.Clipboard, 'writeText' | 'readText'> = {
  writeText: async (text) => {
    copied = text;
  },
  readText: async () => copied,
};

export const powerMonitor = new EventEmitter();

export class Menu {
  static application: Menu | undefined;
  readonly template: readonly Electron.MenuItemConstructorOptions[];
  constructor(template: readonly Electron.MenuItemConstructorOptions[]) {
    this.template = template;
  }
  static buildFromTemplate(template: readonly Electron.MenuItemConstructorOptions[]): Menu {
    return new Menu(template);
  }
  static setApplicationMenu(menu: Menu): void {
    Menu.application = menu;
  }
}

export const nativeImage = { createFromPath: (path: string): { readonly path: string } => ({ path }) };

export class Tray extends EventEmitter {
  static made: Tray | undefined;
  menu: Menu | undefined;
  constructor() {
    super();
    if (!settings.hasTray) throw new Error('no tray here');
    Tray.made = this;
  }
  toolTip = '';
  setToolTip(text: string): void {
    this.toolTip = text;
  }
  setContextMenu(menu: Menu): void {
    this.menu = menu;
  }
  destroy(): void {
    Tray.made = undefined;
  }
}

export const utilityProcess = {
  fork(entry: string, args: string[]) {
    const child = fork(entry, args, {
      stdio: 'ignore',
      execArgv: ['--import', new URL('./parent-port.ts', import.meta.url).href],
    });
    return Object.assign(child, { postMessage: (message: object) => void child.send(message) });
  },
};

answerTest();
