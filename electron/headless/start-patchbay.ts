import type { StartOptions } from '../app/patchbay.ts';
import type { WindowOptions } from './ui-host/open-window.ts';
import type { UiHost } from './ui-host/start-ui-host.ts';

/** What `serve` needs of a running Patchbay. */
export interface RunningPatchbay extends AsyncDisposable {
  readonly url: string;
  /** Takes no new work, lets running calls finish within their limit, and ends all that was started (CRA-04). */
  drain(): Promise<void>;
  /** Serves the window beside it, where this one can. */
  openWindow?(options: WindowOptions): Promise<UiHost>;
}

/** The composition root, as `serve` calls it; tests of `serve` put a stand-in in its place. */
export type StartPatchbay = (options: StartOptions) => Promise<RunningPatchbay>;
