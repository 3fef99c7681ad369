import { app, dialog } from 'electron';
import { ConfigError } from '../config/config-error.ts';

/** Says in plain words why the app cannot start, then ends it; a second start is the retry (NET-04). */
export function startFailed(error: unknown): void {
  dialog.showErrorBox('Patchbay cannot start', reasonOf(error));
  app.exit(1);
}

/** The reason as text. A taken port is named, because another program on it would get the clients' tokens. */
export function reasonOf(error: unknown): string {
  if (error instanceof ConfigError) {
    return error.problems.map(({ message, fix }) => `${message}\n${fix}`).join('\n\n');
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return 'Another program listens on the configured port. End it, or choose another port in the configuration file.';
  }
  return error instanceof Error ? error.message : 'The reason is not known.';
}
