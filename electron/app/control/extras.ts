import type { ControlApi } from '../../../shared/control/contract.ts';
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
  /** The calls of parts that this build of the host has; absent ones are refused with `control.not-available`. */
  readonly signIn?: ControlApi['signIn'];
  readonly clients?: ControlApi['clients'];
}
