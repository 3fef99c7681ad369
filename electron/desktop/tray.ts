import { Menu, nativeImage, Tray } from 'electron';
import type { Log } from '../log/log.ts';
import { type TrayState, trayWords } from './tray-state.ts';

export interface TrayActions {
  /** Shows the window, at an address in it where one is given. */
  readonly show: (path?: string) => void;
  readonly copyEndpoint: () => void;
  readonly quit: () => void;
}

export interface TrayIcon extends Disposable {
  tell(state: TrayState): void;
}

/** The tray icon with its state and quick actions; `undefined` where the system has no tray, which is no fault. */
export function createTray(
  icon: string,
  endpoint: () => string | undefined,
  actions: TrayActions,
  log: Log,
): TrayIcon | undefined {
  try {
    const tray = new Tray(nativeImage.createFromPath(icon));
    const tell = (state: TrayState): void => {
      const { calls, needs } = trayWords(state);
      const at = endpoint();
      tray.setToolTip([`Patchbay: ${calls}`, ...(needs === undefined ? [] : [needs])].join(', '));
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: at === undefined ? 'Not listening' : `Running at ${at}`, enabled: false },
          { label: calls, click: () => actions.show('/sessions') },
          ...(needs === undefined ? [] : [{ label: needs, click: () => actions.show('/overview') }]),
          { type: 'separator' },
          { label: 'Open Patchbay', click: () => actions.show() },
          { label: 'Copy endpoint', click: actions.copyEndpoint },
          { type: 'separator' },
          { label: 'Quit', click: actions.quit },
        ]),
      );
    };
    tell({ sessions: 0, unwell: [] });
    tray.on('click', () => actions.show());
    return { tell, [Symbol.dispose]: () => tray.destroy() };
  } catch (error) {
    log.info('no tray here', { error: error instanceof Error ? error.name : 'unknown' });
    return undefined;
  }
}
