import { ActionIcon, useComputedColorScheme } from '@mantine/core';
import { IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Snapshot } from '../stores/apply-event.ts';
import { useSnapshot } from '../stores/gateway-store.ts';
import { shell } from '../strings/shell.ts';
import { StateLabel, type Tone } from '../ui/icon-state.tsx';
import { href } from './router.ts';
import classes from './status-bar.module.css';
import { useToggleScheme } from './use-toggle-scheme.ts';

const GATEWAY_TONES: Readonly<Record<Snapshot['gateway']['state'], Tone>> = {
  starting: 'busy',
  listening: 'ok',
  'port-taken': 'bad',
  failed: 'bad',
  draining: 'busy',
};

/** One line that says how the gateway is; each part leads to where it is changed. */
export function StatusBar(): ReactNode {
  const gateway = useSnapshot((snapshot) => snapshot.gateway);
  const authMode = useSnapshot((snapshot) => snapshot.authMode);
  const keychain = useSnapshot((snapshot) => snapshot.keychain);
  const sessions = useSnapshot((snapshot) => snapshot.sessions.length);
  const calls = useSnapshot((snapshot) => snapshot.callsLastMinute);
  const version = useSnapshot((snapshot) => snapshot.version);
  return (
    <section className={classes.bar} aria-label={shell.statusBar}>
      <StateLabel tone={GATEWAY_TONES[gateway.state]}>{shell.gateway[gateway.state]}</StateLabel>
      {'port' in gateway ? <span>{shell.port(gateway.port)}</span> : null}
      <a href={href('settings', 'callers')}>
        {authMode === 'anonymous' ? (
          <StateLabel tone="warn">{shell.auth.anonymous}</StateLabel>
        ) : (
          shell.auth[authMode]
        )}
      </a>
      <a href={href('settings', 'secrets')}>
        <StateLabel
          tone={keychain.state === 'ready' ? 'ok' : keychain.state === 'locked' ? 'locked' : 'warn'}
        >
          {keychain.state === 'ready' && keychain.kind === 'environment'
            ? shell.keychain.environment
            : shell.keychain[keychain.state]}
        </StateLabel>
      </a>
      <span className={classes.gap} />
      <a href={href('sessions')}>{shell.sessionsOpen(sessions)}</a>
      <a href={href('activity')}>{shell.callsLastMinute(calls)}</a>
      <span>{version}</span>
      <SchemeSwitch />
    </section>
  );
}

function SchemeSwitch(): ReactNode {
  const toggle = useToggleScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  const label = dark ? shell.toLight : shell.toDark;
  return (
    <ActionIcon size="xs" aria-label={label} title={label} onClick={toggle}>
      {dark ? <IconSun size={13} /> : <IconMoon size={13} />}
    </ActionIcon>
  );
}
