import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BRIDGE_START_VARIABLE, type BridgeCommand } from '../../shared/clients/entry.ts';

/** An installed app, as far as its bridge goes. */
export interface InstalledApp {
  readonly resources: string;
  readonly platform: NodeJS.Platform;
  /** The app's own program. */
  readonly program: string;
  /** The AppImage that this app runs from. */
  readonly image: string | undefined;
}

/**
 * How a client starts the bridge of an installed app: an executable of its own beside the archive, because the app's
 * binary cannot run as Node. It starts the app where nothing answers. `undefined` where there is none, and in an
 * AppImage: what is inside is there only while the app runs, so no client's file may name it.
 */
export function packagedBridge({
  resources,
  platform,
  program,
  image,
}: InstalledApp): BridgeCommand | undefined {
  const command = join(resources, 'bridge', platform === 'win32' ? 'patchbay-bridge.exe' : 'patchbay-bridge');
  if (image !== undefined || !existsSync(command)) return undefined;
  return { command, args: [], env: { [BRIDGE_START_VARIABLE]: program } };
}
