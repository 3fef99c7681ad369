import type { ClientMachine } from '../app/control/extras.ts';
import { clientHost } from '../headless/client-setup.ts';
import { type InstalledApp, packagedBridge } from './packaged-bridge.ts';

/**
 * This machine as the connectors see it. The bridge is the program that is packed beside the app; a copy that was not
 * packed has none, and clients are then led to the address.
 */
export function clientMachine(app: InstalledApp | undefined): ClientMachine {
  const host = clientHost();
  const bridge = app && packagedBridge(app);
  return bridge === undefined ? { host } : { host, bridge };
}
