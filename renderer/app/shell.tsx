import { useHotkeys } from '@mantine/hooks';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { useGateway } from '../stores/gateway-store.ts';
import { common } from '../strings/common.ts';
import { shell } from '../strings/shell.ts';
import { StateIcon } from '../ui/icon-state.tsx';
import { keepFocus } from './keep-focus.ts';
import { NotListening } from './not-listening.tsx';
import { Rail } from './rail.tsx';
import { go } from './router.ts';
import { SCREENS } from './screens.ts';
import classes from './shell.module.css';
import { StatusBar } from './status-bar.tsx';

const loadFinder = async () => ({ default: (await import('./finder.tsx')).Finder });
const Finder = lazy(loadFinder);

/** The frame around every screen: rail, status bar, the finder behind Ctrl or Cmd with K. */
export function Shell({ children }: { children: ReactNode }): ReactNode {
  const content = useRef<HTMLElement>(null);
  const [finding, setFinding] = useState(false);
  const opener = useRef<Element>(null);
  const find = (): void => {
    if (finding) return;
    opener.current = document.activeElement;
    setFinding(true);
  };
  const stopFinding = (): void => {
    setFinding(false);
    // Back to where the keyboard was; what an action has taken away is no place any more.
    requestAnimationFrame(() => {
      const before = opener.current;
      const isThere = before instanceof HTMLElement && before !== document.body && before.isConnected;
      (isThere ? before : content.current)?.focus();
    });
  };
  const lost = useGateway(({ link }) => link === 'lost');
  useHotkeys(
    [
      ...SCREENS.map(({ id }, index): [string, () => void] => [`mod+${index + 1}`, () => go(id)]),
      ['mod+,', () => go('settings')],
      ['mod+K', find],
    ],
    [],
  );
  // It is there before it is asked for: what is typed while it loads would go nowhere.
  useEffect(() => {
    const idle = requestIdleCallback(() => void loadFinder().catch(() => undefined));
    return () => cancelIdleCallback(idle);
  }, []);
  useEffect(() => keepFocus(document.body, () => content.current), []);
  return (
    <div className={classes.shell}>
      <button type="button" className={classes.skip} onClick={() => content.current?.focus()}>
        {shell.skip}
      </button>
      <Rail onFind={find} />
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
      <Suspense>{finding ? <Finder onClose={stopFinding} /> : null}</Suspense>
    </div>
  );
}
