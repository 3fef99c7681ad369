import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import { answerCall } from '../../shared/control/answer-call.ts';
import type { ControlApi } from '../../shared/control/contract.ts';
import { CONTROL_CODES } from '../../shared/control/control-codes.ts';
import type { Log } from '../log/log.ts';
import { APP_ORIGIN } from './app-scheme.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from './channels.ts';

export interface IpcServerOptions {
  readonly ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>;
  readonly api: ControlApi;
  /** Where events come from. */
  readonly sources: readonly ((listener: (name: string, payload: unknown) => void) => Disposable)[];
  /** The window's contents, while there is a window. */
  readonly contents: () => WebContents | undefined;
  readonly log: Log;
}

/**
 * Serves the contract to our own window: the sender is checked first (UIX-02), then name and input against their
 * schemas (UIX-01); every answer is a tagged result. Events go to the main frame of our window only.
 */
export function serveIpc(options: IpcServerOptions): Disposable {
  const { ipcMain, api, contents, log } = options;
  ipcMain.handle(CALL_CHANNEL, async (event, name: unknown, input: unknown) => {
    if (!isOurWindow(event, contents())) {
      log.warn('a call from another frame was refused');
      return {
        ok: false,
        error: { code: CONTROL_CODES.invalidInput, message: 'This frame may not call the host.' },
      };
    }
    return await answerCall(api, name, input, (call, thrown) =>
      log.error('a call failed', { call, error: thrown instanceof Error ? thrown.name : typeof thrown }),
    );
  });
  const subscriptions = options.sources.map((subscribe) =>
    subscribe((name, payload) => {
      const target = contents();
      if (target !== undefined && !target.isDestroyed()) target.send(EVENT_CHANNEL, name, payload);
    }),
  );
  return {
    [Symbol.dispose]() {
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
      ipcMain.removeHandler(CALL_CHANNEL);
    },
  };
}

/** Only the main frame of our one window, and only while it shows one of our own pages. */
function isOurWindow(event: IpcMainInvokeEvent, contents: WebContents | undefined): boolean {
  const { senderFrame, sender } = event;
  if (contents === undefined || sender !== contents || contents.isDestroyed()) return false;
  // A frame that is gone throws when it is asked for anything else.
  if (senderFrame === null || senderFrame.isDestroyed()) return false;
  return senderFrame === contents.mainFrame && senderFrame.url.startsWith(`${APP_ORIGIN}/`);
}
