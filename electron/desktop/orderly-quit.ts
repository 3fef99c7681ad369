import type { App } from 'electron';

/**
 * Holds the quit until the gateway has drained; a second quit during the draining changes nothing (CRA-04). The function
 * that it returns quits in the same order and then calls `last` in the place of the exit.
 */
export function drainBeforeQuit(
  app: Pick<App, 'on' | 'exit'>,
  leave: () => void,
  drain: () => Promise<void>,
): (last: () => void) => void {
  let state: 'running' | 'draining' | 'drained' = 'running';
  const quitWith = (last: () => void): void => {
    if (state !== 'running') return;
    state = 'draining';
    leave();
    const end = async (): Promise<void> => {
      await drain();
      state = 'drained';
      last();
    };
    end().catch(() => app.exit(1));
  };
  app.on('before-quit', (event) => {
    if (state === 'drained') return;
    event.preventDefault();
    quitWith(() => app.exit(0));
  });
  return quitWith;
}
