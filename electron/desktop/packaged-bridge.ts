import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BridgeCommand } from '../../shared/clients/entry.ts';

/**
 * How a client starts the bridge of an installed app: an executable of its own beside the archive, because the app's
 * binary cannot run as Node. `undefined` where this is no installed app.
 */
export function packagedBridge(resources: string, platform: NodeJS.Platform): BridgeCommand | undefined {
  const command = join(resources, 'bridge', platform === 'win32' ? 'patchbay-bridge.exe' : 'patchbay-bridge');
  return existsSync(command) ? { command, args: [] } : undefined;
}
