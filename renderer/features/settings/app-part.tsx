import { type MantineColorScheme, SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { settingWords as words } from '../../strings/settings.ts';
import classes from './settings.module.css';
import { useSaveSettings } from './use-save-settings.ts';

/** How the app behaves on this machine; what a host cannot do is said to be so. */
export function AppPart({ value }: { value: CallValue<'settings.get'> }): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const { saving, save } = useSaveSettings(value.revision);
  const { settings, unavailable } = value;
  const off = (name: (typeof unavailable)[number]): boolean => saving || unavailable.includes(name);
  return (
    <div className={classes.fields}>
      <div>
        <p className={classes.dim}>{words.appearance}</p>
        <SegmentedControl
          aria-label={words.appearance}
          value={colorScheme}
          onChange={(next) => setColorScheme(next as MantineColorScheme)}
          data={(['auto', 'light', 'dark'] as const).map((option) => ({
            value: option,
            label: words.appearanceOptions[option],
          }))}
        />
      </div>
      <Switch
        label={words.autostart}
        checked={settings.autostart}
        disabled={off('autostart')}
        onChange={(event) => void save({ autostart: event.currentTarget.checked })}
      />
      <Switch
        label={words.hideToTray}
        checked={settings.hideToTray}
        disabled={off('hideToTray')}
        onChange={(event) => void save({ hideToTray: event.currentTarget.checked })}
      />
      <Switch
        label={words.updates}
        checked={settings.updates === 'ask'}
        disabled={off('updates')}
        onChange={(event) => void save({ updates: event.currentTarget.checked ? 'ask' : 'off' })}
      />
      {unavailable.length === 0 ? null : <p className={classes.dim}>{words.unavailable}</p>}
    </div>
  );
}
