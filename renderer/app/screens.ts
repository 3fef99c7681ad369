import {
  IconActivity,
  IconArrowsExchange,
  IconDeviceLaptop,
  IconLayoutDashboard,
  IconPlugConnected,
  IconServer2,
  IconSettings,
  IconTool,
} from '@tabler/icons-react';
import { shell } from '../strings/shell.ts';

export interface ScreenEntry {
  readonly id: string;
  readonly label: string;
  readonly icon: typeof IconActivity;
}

/** The screens of the rail, in the order of their keys: Ctrl or Cmd with 1 to 7. */
export const SCREENS: readonly ScreenEntry[] = [
  { id: 'overview', label: shell.overview, icon: IconLayoutDashboard },
  { id: 'backends', label: shell.backends, icon: IconServer2 },
  { id: 'headers', label: shell.headers, icon: IconArrowsExchange },
  { id: 'sessions', label: shell.sessions, icon: IconPlugConnected },
  { id: 'tools', label: shell.tools, icon: IconTool },
  { id: 'activity', label: shell.activity, icon: IconActivity },
  { id: 'clients', label: shell.clients, icon: IconDeviceLaptop },
];

export const SETTINGS: ScreenEntry = { id: 'settings', label: shell.settings, icon: IconSettings };
