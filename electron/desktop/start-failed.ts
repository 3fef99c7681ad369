import { app, dialog } from 'electron';
import { ConfigError } from '../config/config-error.ts';

/** Says in plain words why the app cannot start, then ends it; a second start is the retry (NET-04). */
export function startFailed(error: unknown): void {
  dialog.showErrorBox('Patchbay cannot start', reasonOf(error));
  app.exit(1);
}

/** The reason as text, with the way out where one is known. */
function reasonOf(error: unknown): string {
  if (error instanceof ConfigError) {
    return error.problems.map(({ message, fix }) => `${message}\n${fix}`).join('\n\n');
  }
  return error instanceof Error ? error.message : 'The reason is not known.';
}
