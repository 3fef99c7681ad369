import type { BridgeCommand } from '../../../shared/clients/entry.ts';
import type { ClientHost } from '../../clients/host.ts';
import type { Log, LogEntry } from '../../log/log.ts';
import type { SecretRef } from '../../secrets/secret-store.ts';

/** What the user prefers of the app around the gateway; kept by the host that has such things. */
export interface Preferences {
  readonly autostart: boolean;
  readonly hideToTray: boolean;
  readonly updates: 'ask' | 'off';
  readonly language: string;
}

export interface PreferenceStore {
  current(): Preferences;
  /** Rejects with `ControlFault` where the system does not take it. */
  change(change: Partial<Preferences>): Promise<void>;
}

/** This machine as the connectors of AI clients see it, and how a client would start the bridge. */
export interface ClientMachine {
  readonly host: ClientHost;
  readonly bridge?: BridgeCommand;
}

/** What differs from host to host. */
export interface ControlExtras {
  readonly host: 'desktop' | 'headless';
  readonly log: Log;
  /** Masks every live secret of the store in a text; from the secret registry. */
  readonly scrub: (text: string) => string;
  /** Whether a secret comes from `PATCHBAY_SECRETS` and cannot be changed here. */
  readonly fromEnvironment?: (ref: SecretRef) => boolean;
  /** The newest log entries, for the support bundle. */
  readonly recentLog?: () => readonly LogEntry[];
  /** Absent on a host without tray and autostart: the settings say so. */
  readonly preferences?: PreferenceStore;
  /** The host opens addresses in a browser by itself; it has given Patchbay the way to. */
  readonly opensBrowser?: boolean;
  /** Where the files of AI clients are; a host without it does not look after them and says so. */
  readonly clientMachine?: ClientMachine;
}
