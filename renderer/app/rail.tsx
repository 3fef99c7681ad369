import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { needsSomebody } from '../../shared/control/backend-state.ts';
import { useSnapshot } from '../stores/gateway-store.ts';
import { common } from '../strings/common.ts';
import { shell } from '../strings/shell.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { StateIcon } from '../ui/icon-state.tsx';
import classes from './rail.module.css';
import { href, useRoute } from './router.ts';
import { SCREENS, type ScreenEntry, SETTINGS } from './screens.ts';

const MODIFIER = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';

/** The screens by icon and word; at the foot the settings and the address that clients connect to. */
export function Rail({ onFind }: { onFind: () => void }): ReactNode {
  const [screen = 'overview'] = useRoute();
  const attention = useSnapshot(
    ({ backends }) => backends.filter(({ status }) => needsSomebody(status)).length,
  );
  const changed = useSnapshot(({ changedDefinitions }) => changedDefinitions);
  const badges: Readonly<Record<string, number>> = { backends: attention, tools: changed };
  return (
    <nav className={classes.rail} aria-label={shell.mainNavigation}>
      <div className={classes.brand}>
        <img src="./icon.svg" alt="" width={22} height={22} />
        <span>{common.appName}</span>
      </div>
      <button type="button" className={classes.find} onClick={onFind}>
        <IconSearch size={14} aria-hidden />
        <span>{shell.findAnything}</span>
        <kbd>{MODIFIER} K</kbd>
      </button>
      <ul className={classes.screens}>
        {SCREENS.map((entry, index) => (
          <RailLink
            key={entry.id}
            entry={entry}
            active={screen === entry.id}
            hint={`${MODIFIER} ${index + 1}`}
            badge={badges[entry.id] ?? 0}
          />
        ))}
      </ul>
      <ul className={classes.foot}>
        <RailLink entry={SETTINGS} active={screen === SETTINGS.id} hint={`${MODIFIER} ,`} badge={0} />
      </ul>
      <Endpoint />
    </nav>
  );
}

function RailLink({
  entry: { id, label, icon: Icon },
  active,
  hint,
  badge,
}: {
  entry: ScreenEntry;
  active: boolean;
  hint: string;
  badge: number;
}): ReactNode {
  return (
    <li>
      <a className={classes.link} href={href(id)} aria-current={active ? 'page' : undefined} title={hint}>
        <Icon size={17} stroke={1.7} aria-hidden />
        <span className={classes.word}>{label}</span>
        {badge > 0 ? (
          <span className={classes.badge} role="img" aria-label={shell.attention(badge)}>
            {badge}
          </span>
        ) : null}
      </a>
    </li>
  );
}

function Endpoint(): ReactNode {
  const gateway = useSnapshot((snapshot) => snapshot.gateway);
  return (
    <div className={classes.endpoint}>
      <span className={classes.endpointLabel}>{shell.endpoint}</span>
      {gateway.state === 'listening' ? (
        <span className={classes.address}>
          <code title={gateway.endpoint}>{gateway.endpoint.replace(/^https?:\/\//, '')}</code>
          <CopyText value={gateway.endpoint} label={shell.copyEndpoint} />
        </span>
      ) : (
        <span className={classes.address}>
          <StateIcon tone="warn" /> {shell.noEndpoint}
        </span>
      )}
    </div>
  );
}
