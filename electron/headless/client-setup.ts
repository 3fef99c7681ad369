import { homedir } from 'node:os';
import type { Platform } from '../../shared/clients/definition.ts';
import type { BridgeCommand } from '../../shared/clients/entry.ts';
import { problem } from '../../shared/errors/problem.ts';
import { findProgramFile } from '../app/program-files.ts';
import type { ClientHost } from '../clients/host.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { configPaths } from '../config/config-paths.ts';
import { endpointUrl } from './endpoint-url.ts';

/** This machine, as the connectors of clients see it. */
export function clientHost(): ClientHost {
  return {
    platform: platformOf(process.platform),
    home: homedir(),
    env: process.env,
    stateDirectory: configPaths().stateFolder,
    now: () => new Date(),
  };
}

function platformOf(platform: NodeJS.Platform): Platform {
  return platform === 'darwin' || platform === 'win32' ? platform : 'linux';
}

/** How a client starts the bridge of this installation; undefined where it has not been built. */
export function bridgeCommand(): BridgeCommand | undefined {
  const path = findProgramFile('bridge');
  return path === undefined ? undefined : { command: process.execPath, args: [path] };
}

/** The address to write into a client's file; throws `ConfigError` where no client could be led to the gateway. */
export function urlForClients(file: ConfigFile): string {
  const { gateway } = file.current().config;
  if (gateway.port === 0) {
    const message = 'Port 0 is another one with every start, so no client could find the gateway again.';
    throw new ConfigError([problem('config.field', 'gateway.port', message, 'Set a port, such as 4780.')]);
  }
  if (gateway.auth.mode !== 'local') {
    const message = `Callers sign in by ${gateway.auth.mode}; connecting writes a token, which needs the mode local.`;
    const fix = 'Set gateway.auth.mode to "local", or write the entry into the client by hand.';
    throw new ConfigError([problem('client.unsupported', 'gateway.auth.mode', message, fix)]);
  }
  return endpointUrl(gateway);
}
