import type { ConfigFile } from '../config/config-file.ts';
import type { Log } from '../log/log.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

/** What `serve` gives to the composition root. */
export interface StartOptions {
  readonly config: ConfigFile;
  /** In place of the configured port. */
  readonly port?: number;
  /** Adds the echo backend, for this run only. */
  readonly demo?: boolean;
  readonly log: Log;
  readonly secrets: SecretStore;
}

/** What `serve` needs of a running Patchbay. */
export interface RunningPatchbay extends AsyncDisposable {
  readonly url: string;
  /** Takes no new work, lets running calls finish within their limit, and ends all that was started (CRA-04). */
  drain(): Promise<void>;
}

export type StartPatchbay = (options: StartOptions) => Promise<RunningPatchbay>;
