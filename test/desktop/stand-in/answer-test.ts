import type Electron from 'electron';
import * as standIn from './electron.ts';
import type { Recorded, Request, Sender, StandInCalls } from './messages.ts';
import { tell } from './messages.ts';
import { preventable, StandInContents } from './window.ts';

/** The app's window, while there is one. */
function window() {
  const [made] = standIn.BrowserWindow.made;
  if (made === undefined) throw new Error('the app has made no window');
  return made;
}

const CALLS: StandInCalls = {
  recorded,
  async invoke(sender, channel, args) {
    const handler = standIn.handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    const answer: unknown = await handler(eventOf(sender), ...args);
    return structuredClone(answer);
  },
  async request(url) {
    const serve = standIn.served.get(new URL(url).protocol.slice(0, -1));
    if (serve === undefined) throw new Error(`nobody serves ${url}`);
    // Node's Request takes addresses of any scheme.
    const answer = await serve(new globalThis.Request(url));
    const body = new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
  },
  secondInstance: (args) => void standIn.app.emit('second-instance', {}, args, '/'),
  openUrl(link) {
    const event = preventable();
    standIn.app.emit('open-url', event, link);
    return event.defaultPrevented;
  },
  navigate(name, url) {
    const event = preventable({ url });
    window().webContents.emit(name, event, {}, {});
    return event.defaultPrevented;
  },
  windowOpen: (url) => window().webContents.openHandler?.({ url } as Electron.HandlerDetails),
  permissions(name) {
    const { request, check, device } = window().webContents.session;
    const contents = window().webContents as unknown as Electron.WebContents;
    let asked = true;
    request?.(
      contents,
      name as 'media',
      (granted) => {
        asked = granted;
      },
      {} as Electron.PermissionRequest,
    );
    const details = {} as Electron.PermissionCheckHandlerHandlerDetails;
    const checked = check?.(contents, name as 'media', '', details) ?? true;
    const deviceGiven = device?.({
      deviceType: 'usb',
      origin: '',
    } as Electron.DevicePermissionHandlerHandlerDetails);
    return { asked, checked, device: deviceGiven ?? true };
  },
  closeWindow() {
    if (window().close()) standIn.app.emit('window-all-closed');
  },
  crash: (reason) => void window().webContents.emit('render-process-gone', {}, { reason, exitCode: 1 }),
  breakDown: (message) =>
    void setImmediate(() => {
      throw new Error(message);
    }),
  hang: () => void window().emit('unresponsive'),
  clickTray(label) {
    const item = standIn.Tray.made?.menu?.template.find((one) => one.label === label);
    (item?.click as (() => void) | undefined)?.();
  },
  shutDown() {
    const event = preventable();
    standIn.powerMonitor.emit('shutdown', event);
    return event.defaultPrevented;
  },
  resume: () => void standIn.powerMonitor.emit('resume'),
  quit: () => standIn.app.quit(),
};

/** Answers the calls of the test over Node's channel, which keeps nothing alive by itself: the app's own life counts. */
export function answerTest(): void {
  process.on('message', ({ id, name, args }: Request) => {
    const call = CALLS[name] as (...given: unknown[]) => unknown;
    const answer = (async () => await call(...args))();
    answer.then(
      (value) => tell({ id, value }),
      (error: unknown) => tell({ id, error: error instanceof Error ? error.message : String(error) }),
    );
  });
}

async function recorded(): Promise<Recorded> {
  const [made] = standIn.BrowserWindow.made;
  const { webContents } = made ?? {};
  return {
    windowOptions: standIn.BrowserWindow.made.map(({ options }) => options),
    isVisible: made?.isVisible() === true,
    isClosed: made?.isDestroyed() === true,
    loaded: made?.loaded ?? [],
    reloads: webContents?.reloads ?? 0,
    opened: standIn.opened,
    dialogs: standIn.dialogs,
    loginItems: standIn.app.loginItems,
    protocolClients: standIn.app.protocolClients,
    schemes: standIn.schemes,
    channels: [...standIn.handlers.keys()],
    trayToolTip: standIn.Tray.made?.toolTip ?? '',
    trayMenu: standIn.Tray.made?.menu?.template.flatMap(({ label }) => label ?? []) ?? [],
    appMenu: standIn.Menu.application?.template.flatMap(({ role, label }) => role ?? label ?? []) ?? [],
    clipboard: await standIn.clipboard.readText(),
    removedSwitches: standIn.app.commandLine.removed,
  };
}

/** The event of a call as Electron makes it. A frame that is gone throws when it is asked for its address. */
function eventOf({ frame, url, isForeign }: Sender): Electron.IpcMainInvokeEvent {
  const sender = isForeign === true ? new StandInContents() : window().webContents;
  const main = Object.assign(sender.mainFrame, { url });
  const gone = {
    isDestroyed: () => true,
    get url(): string {
      throw new Error('Render frame was disposed before WebFrameMain could be accessed');
    },
  };
  const frames = { main, subframe: { url, isDestroyed: () => false }, destroyed: gone, none: null };
  return { type: 'frame', sender, senderFrame: frames[frame] } as unknown as Electron.IpcMainInvokeEvent;
}
