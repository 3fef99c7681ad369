import { Menu, nativeImage, Tray } from 'electron';
import type { Log } from '../log/log.ts';

export interface TrayActions {
  readonly show: () => void;
  readonly copyEndpoint: () => void;
  readonly quit: () => void;
}

/** The tray icon with its state and quick actions; `undefined` where the system has no tray, which is no fault. */
export function createTray(
  icon: string,
  endpoint: string,
  actions: TrayActions,
  log: Log,
): Disposable | undefined {
  try {
    const tray = new Tray(nativeImage.createFromPath(icon));
    tray.setToolTip(`Patchbay: ${endpoint}`);
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: `Running at ${endpoint}`, enabled: false },
        { type: 'separator' },
        { label: 'Open Patchbay', click: actions.show },
        { label: 'Copy endpoint', click: actions.copyEndpoint },
        { type: 'separator' },
        { label: 'Quit', click: actions.quit },
      ]),
    );
    tray.on('click', actions.show);
    return { [Symbol.dispose]: () => tray.destroy() };
  } catch (error) {
    log.info('no tray here', { error: error instanceof Error ? error.name : 'unknown' });
    return undefined;
  }
}
