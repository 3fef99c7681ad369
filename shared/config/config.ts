import type { HeaderName } from '../headers/name.ts';
import type { BackendName } from './backend-name.ts';
import type { BackendConfig } from './backend-schema.ts';
import type { AuthSettings } from './gateway-schema.ts';

/** The version of the config file that this program reads and writes. */
export const CONFIG_VERSION = 1;

export interface GatewaySettings {
  /** TCP port; 0 means any free one. */
  readonly port: number;
  readonly host: '127.0.0.1' | '::1';
  readonly auth: AuthSettings;
  /** Origins a person added by hand, compared exactly (threats.md 5.3). */
  readonly allowedOrigins: readonly string[];
  readonly sessionIdleHours: number;
  readonly maxSessions: number;
  /** Whether a backend's questions to a person bear its name; else they pass as the backend wrote them. */
  readonly sayWhoAsks: boolean;
}

export interface CatalogSettings {
  readonly conflicts: 'prefix' | 'priority' | 'manual';
  /** For `priority`: the backend whose item wins stands first. Backends not named follow in config order. */
  readonly order: readonly BackendName[];
  /** `{backend}` stands for the backend's name; empty means no prefix. */
  readonly prefixFormat: string;
}

/** The configuration in force: valid entries only. Maps have no prototype to pollute (CFG-07). */
export interface Config {
  readonly version: typeof CONFIG_VERSION;
  readonly gateway: GatewaySettings;
  readonly passthroughHeaders: readonly HeaderName[];
  readonly backends: ReadonlyMap<BackendName, BackendConfig>;
  readonly tools: CatalogSettings;
}

/** What holds where the file says nothing. Nobody may call until a token exists: it fails closed. */
export const DEFAULT_CONFIG: Config = {
  version: CONFIG_VERSION,
  gateway: {
    port: 4780,
    host: '127.0.0.1',
    auth: { mode: 'local', tokens: [] },
    allowedOrigins: [],
    sessionIdleHours: 8,
    maxSessions: 1000,
    sayWhoAsks: false,
  },
  passthroughHeaders: [],
  backends: new Map(),
  tools: { conflicts: 'prefix', order: [], prefixFormat: '{backend}_' },
};
