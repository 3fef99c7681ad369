import { useHotkeys } from '@mantine/hooks';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { useGateway } from '../stores/gateway-store.ts';
import { common } from '../strings/common.ts';
import { shell } from '../strings/shell.ts';
import { StateIcon } from '../ui/icon-state.tsx';
import { NotListening } from './not-listening.tsx';
import { Rail } from './rail.tsx';
import { go } from './router.ts';
import { SCREENS } from './screens.ts';
import classes from './shell.module.css';
import { StatusBar } from './status-bar.tsx';

const Finder = lazy(async () => ({ default: (await import('./finder.tsx')).Finder }));

/** The frame around every screen: rail, status bar, the finder behind Ctrl or Cmd with K. */
export function Shell({ children }: { children: ReactNode }): ReactNode {
  const content = useRef<HTMLElement>(null);
  const [finding, setFinding] = useState(false);
  const lost = useGateway(({ link }) => link === 'lost');
  useHotkeys(
    [
      ...SCREENS.map(({ id }, index): [string, () => void] => [`mod+${index + 1}`, () => go(id)]),
      ['mod+,', () => go('settings')],
      ['mod+K', () => setFinding(true)],
    ],
    [],
  );
  return (
    <div className={classes.shell}>
      <button type="button" className={classes.skip} onClick={() => content.current?.focus()}>
        {shell.skip}
      </button>
      <Rail onFind={() => setFinding(true)} />
      <main className={classes.content} ref={content} tabIndex={-1}>
        {lost ? (
          <div className={classes.lost} role="alert">
            <StateIcon tone="warn" /> {common.linkLost}
          </div>
        ) : null}
        <NotListening />
        <div className={classes.screen}>{children}</div>
      </main>
      <StatusBar />
      <Suspense>{finding ? <Finder onClose={() => setFinding(false)} /> : null}</Suspense>
    </div>
  );
}
