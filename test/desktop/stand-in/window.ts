import { EventEmitter } from 'node:events';
import type Electron from 'electron';
import { type StandInSettings, tell } from './messages.ts';

type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0];

/** A session that keeps the answers to permissions. */
export class StandInSession
  implements
    Pick<
      Electron.Session,
      'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
    >
{
  request: Parameters<Electron.Session['setPermissionRequestHandler']>[0] = null;
  check: Parameters<Electron.Session['setPermissionCheckHandler']>[0] = null;
  device: Parameters<Electron.Session['setDevicePermissionHandler']>[0] = null;
  setPermissionRequestHandler(handler: StandInSession['request']): void {
    this.request = handler;
  }
  setPermissionCheckHandler(handler: StandInSession['check']): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: StandInSession['device']): void {
    this.device = handler;
  }
}

export class StandInContents
  extends EventEmitter
  implements
    Pick<
      Electron.WebContents,
      'send' | 'isDestroyed' | 'reload' | 'forcefullyCrashRenderer' | 'setWindowOpenHandler'
    >
{
  readonly session = new StandInSession();
  readonly mainFrame = { url: '', isDestroyed: () => false };
  openHandler: OpenHandler | undefined;
  reloads = 0;
  send(channel: string, ...args: unknown[]): void {
    tell({ happened: 'sent', channel, args: structuredClone(args) });
  }
  isDestroyed(): boolean {
    return false;
  }
  forcefullyCrashRenderer(): void {
    this.emit('render-process-gone', {}, { reason: 'killed', exitCode: 1 });
  }
  reload(): void {
    this.reloads += 1;
    tell({ happened: 'reloaded' });
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }
}

/** A window without a screen: it knows whether it would be seen. */
export class BrowserWindow
  extends EventEmitter
  implements
    Pick<
      Electron.BrowserWindow,
      | 'loadURL'
      | 'show'
      | 'showInactive'
      | 'hide'
      | 'focus'
      | 'restore'
      | 'isVisible'
      | 'isMinimized'
      | 'isDestroyed'
    >
{
  static readonly made: BrowserWindow[] = [];
  readonly webContents = new StandInContents();
  readonly loaded: string[] = [];
  readonly options: Electron.BrowserWindowConstructorOptions;
  #isVisible: boolean;
  #isDestroyed = false;
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    this.#isVisible = options.show !== false;
    BrowserWindow.made.push(this);
  }
  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    this.webContents.mainFrame.url = url;
    tell({ happened: 'loaded', url });
    setImmediate(() => this.emit('ready-to-show'));
  }
  show(): void {
    this.#isVisible = true;
  }
  showInactive(): void {
    this.#isVisible = true;
  }
  hide(): void {
    this.#isVisible = false;
  }
  focus(): void {}
  restore(): void {}
  isVisible(): boolean {
    return this.#isVisible;
  }
  isMinimized(): boolean {
    return false;
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  /** Closes it as a person does; true once it is gone. */
  close(): boolean {
    const event = preventable();
    this.emit('close', event);
    this.#isDestroyed = !event.defaultPrevented;
    return this.#isDestroyed;
  }
}

export function preventable(more: object = {}): { defaultPrevented: boolean; preventDefault(): void } {
  return Object.assign(
    {
      defaultPrevented: false,
      preventDefault() {
        this.defaultPrevented = true;
      },
    },
    more,
  );
}

export const settings: StandInSettings = {
  hasTray: true,
  isSecond: false,
  pressed: 0,
  isPackaged: false,
  ...(JSON.parse(process.env.STAND_IN ?? '{}') as Partial<StandInSettings>),
};
