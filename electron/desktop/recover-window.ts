import type { BrowserWindow, Dialog } from 'electron';
import type { Log } from '../log/log.ts';

/** Renderer crashes that are answered with a reload; more in a row show that a reload does not help. */
const MAX_RELOADS = 3;
const RELOAD_WINDOW_MS = 60_000;

export interface Recovery {
  /** A person asks for the window: one that was left empty after too many crashes is tried once more. */
  revive(): void;
}

/**
 * Brings the page back when its renderer dies, not for ever, and asks a person what to do when it hangs; the gateway
 * serves on through both (UIX-07).
 */
export function recoverWindow(
  window: BrowserWindow,
  dialog: Pick<Dialog, 'showMessageBox'>,
  log: Log,
): Recovery {
  const { webContents } = window;
  let crashes: number[] = [];
  let isEmpty = false;
  let isAsking = false;
  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    const now = performance.now();
    crashes = [...crashes.filter((at) => now - at < RELOAD_WINDOW_MS), now];
    log.error('the window crashed', { reason, times: crashes.length });
    isEmpty = crashes.length > MAX_RELOADS;
    if (!isEmpty && !window.isDestroyed()) webContents.reload();
  });

  async function ask(): Promise<void> {
    const { response } = await dialog.showMessageBox({
      type: 'warning',
      message: 'The window does not answer',
      detail: 'The gateway goes on serving. What was not saved in the window is lost with a restart of it.',
      buttons: ['Wait', 'Restart the window'],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    // Its end is answered like any other crash: with a reload.
    if (response === 1 && !window.isDestroyed()) webContents.forcefullyCrashRenderer();
  }
  window.on('unresponsive', () => {
    log.warn('the window does not answer');
    if (isAsking) return;
    isAsking = true;
    ask()
      .catch(() => log.warn('nobody could be asked about the window'))
      .finally(() => {
        isAsking = false;
      });
  });

  return {
    revive() {
      if (!isEmpty) return;
      isEmpty = false;
      crashes = [];
      webContents.reload();
    },
  };
}
