import type { Platform } from '../../shared/clients/definition.ts';

/**
 * Everything that this area knows of the machine. Passed in, so that a test lays out any of the three systems in a
 * temporary folder. `stateDirectory` is our own folder for backups and undo records.
 */
export interface ClientHost {
  readonly platform: Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDirectory: string;
  readonly now: () => Date;
}
