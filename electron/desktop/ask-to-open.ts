import type { Dialog, Shell } from 'electron';
import { openExternal, safeAddress } from './open-external.ts';

/**
 * Opens an address that a page asked for, once a person has read it and agreed; cancel is the default (UIX-05). One
 * question at a time: a page that asks in a loop gets nothing more. Rejects with the system's error.
 */
export function createAskToOpen(
  shell: Pick<Shell, 'openExternal'>,
  dialog: Pick<Dialog, 'showMessageBox'>,
): (address: string) => Promise<void> {
  let isAsking = false;
  return async (address) => {
    const url = safeAddress(address);
    if (url === undefined || isAsking) return;
    isAsking = true;
    try {
      const { response } = await dialog.showMessageBox({
        type: 'question',
        message: 'Open this address in your browser?',
        detail: url.href.slice(0, MAX_SHOWN),
        buttons: ['Cancel', 'Open'],
        defaultId: 0,
        cancelId: 0,
        noLink: true,
      });
      if (response === 1) await openExternal(shell, url.href);
    } finally {
      isAsking = false;
    }
  };
}

/** A dialog of the system does not scroll. */
const MAX_SHOWN = 2_000;
