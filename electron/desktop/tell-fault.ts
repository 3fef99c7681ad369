import type { Dialog } from 'electron';
import type { Log } from '../log/log.ts';
import { watchUncaught } from '../log/uncaught.ts';

/**
 * Tells a person of the first fault in the main process that nobody caught; the app goes on, as Electron lets it.
 * Electron's own dialog would show the fault as it is (SEC-05), and hold up the gateway until somebody closes it.
 */
export function tellFaults(
  dialog: Pick<Dialog, 'showMessageBox'>,
  log: Log,
  scrub: (text: string) => string,
): Disposable {
  let isTold = false;
  return watchUncaught(log, scrub, (detail) => {
    if (isTold) return;
    isTold = true;
    const message = 'Patchbay has a fault. It goes on; start it again if something does not work.';
    dialog
      .showMessageBox({ type: 'error', title: 'Patchbay', message, detail })
      .catch(() => log.warn('a fault could not be shown'));
  });
}
