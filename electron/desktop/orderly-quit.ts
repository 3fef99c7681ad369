import type { App } from 'electron';

/** Holds the quit until the gateway has drained; a second quit during the draining changes nothing (CRA-04). */
export function drainBeforeQuit(
  app: Pick<App, 'on' | 'exit'>,
  leave: () => void,
  drain: () => Promise<void>,
): void {
  let isDraining = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isDraining) return;
    isDraining = true;
    leave();
    drain().then(
      () => app.exit(0),
      () => app.exit(1),
    );
  });
}
