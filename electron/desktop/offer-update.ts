import type { Dialog } from 'electron';
import type { FoundUpdate } from './updates.ts';

export interface UpdateOffer {
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  /** Tells in passing, for a version that is not ours to install. */
  readonly notify: (message: string) => void;
  readonly failed: () => void;
}

/**
 * Tells of a newer version. What can be verified is offered, "later" being the default; the rest is told once for each
 * version, because it is asked for every day.
 */
export function createUpdateOffer({ dialog, notify, failed }: UpdateOffer): (update: FoundUpdate) => void {
  let told: string | undefined;
  const offer = async ({ version, install }: FoundUpdate): Promise<void> => {
    if (install === undefined) return notify(`Version ${version} of Patchbay is there.`);
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: `Version ${version} of Patchbay is there.`,
      detail: 'Calls that run are given 10 seconds to finish. Clients open new sessions afterwards.',
      buttons: ['Later', 'Install and restart'],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    if (response === 1) await install();
  };
  return (update) => {
    if (told === update.version) return;
    told = update.version;
    offer(update).catch(failed);
  };
}
