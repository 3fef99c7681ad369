/** What a test sets before the app starts. */
export interface StandInSettings {
  readonly hasTray: boolean;
  /** Another instance holds the lock. */
  readonly isSecond: boolean;
  /** The button that a person presses in a dialog. */
  readonly pressed: number;
  readonly isPackaged: boolean;
}

/** The frame that a call comes from. */
export interface Sender {
  readonly frame: 'main' | 'subframe' | 'destroyed' | 'none';
  readonly url: string;
  /** Another window's contents. */
  readonly isForeign?: boolean;
}

/** What the app did, as far as a test looks. */
export interface Recorded {
  readonly windowOptions: readonly unknown[];
  readonly isVisible: boolean;
  readonly isClosed: boolean;
  readonly loaded: readonly string[];
  readonly reloads: number;
  readonly opened: readonly string[];
  readonly dialogs: readonly unknown[];
  readonly loginItems: readonly unknown[];
  readonly schemes: readonly unknown[];
  readonly channels: readonly string[];
  readonly protocolClients: readonly string[];
  readonly trayMenu: readonly string[];
  readonly trayToolTip: string;
  readonly appMenu: readonly string[];
  readonly clipboard: string;
  readonly removedSwitches: readonly string[];
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a test can make happen; answers and arguments cross by structured clone, as between Electron's processes. */
export interface StandInCalls {
  recorded(): Promise<Recorded>;
  /** `ipcRenderer.invoke` of a page: what it gets, or the error that it sees. */
  invoke(sender: Sender, channel: string, args: readonly unknown[]): Promise<unknown>;
  request(url: string): Promise<PageAnswer>;
  secondInstance(args: readonly string[]): void;
  /** Whether the app took the link from the system. */
  openUrl(link: string): boolean;
  /** Whether the app forbade it. */
  navigate(event: 'will-navigate' | 'will-redirect' | 'will-attach-webview', url: string): boolean;
  windowOpen(url: string): unknown;
  permissions(name: string): { asked: boolean; checked: boolean; device: boolean };
  closeWindow(): void;
  crash(reason: string): void;
  /** Something in the main process throws, and nobody catches it. */
  breakDown(message: string): void;
  /** The page stops to answer. */
  hang(): void;
  clickTray(label: string): void;
  resume(): void;
  /** The system goes down; whether the app asked it to wait. */
  shutDown(): boolean;
  quit(): void;
}

export type Request = { readonly id: number; readonly name: keyof StandInCalls; readonly args: unknown[] };
export type Message =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly happened: 'sent'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly happened: 'loaded'; readonly url: string }
  | { readonly happened: 'reloaded' };

/** Tells the test. */
export function tell(message: Message): void {
  process.send?.(message);
}
