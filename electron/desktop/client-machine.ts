import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientMachine } from '../app/control/extras.ts';
import { clientHost } from '../headless/client-setup.ts';

/**
 * This machine as the connectors see it. The bridge is the program that is packed beside the app (its own binary cannot
 * run as Node: the fuse is off); a copy that was not packed has none, and clients are then led to the address.
 */
export function clientMachine(resources: string | undefined, platform: NodeJS.Platform): ClientMachine {
  const host = clientHost();
  if (resources === undefined) return { host };
  const command = join(resources, 'bridge', platform === 'win32' ? 'patchbay-bridge.exe' : 'patchbay-bridge');
  return existsSync(command) ? { host, bridge: { command, args: [] } } : { host };
}
