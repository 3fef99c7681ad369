import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { href } from '../../app/router.ts';
import { useSnapshot } from '../../stores/gateway-store.ts';
import { welcomeWords as words } from '../../strings/screens.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { Screen, ScreenBody } from '../../ui/screen.tsx';
import classes from './welcome.module.css';

/** The first screen of an empty configuration: three ways to begin. */
export function WelcomeScreen(): ReactNode {
  const demo = useSnapshot((snapshot) => snapshot.backends.find(({ builtIn }) => builtIn)?.name);
  return (
    <Screen title={words.title} lead={words.lead}>
      <ScreenBody label={words.title}>
        <ol className={classes.ways}>
          <li>
            <h2>{words.addTitle}</h2>
            <p>{words.addText}</p>
            <Button component="a" href={href('backends', '+')} variant="filled">
              {words.addButton}
            </Button>
          </li>
          <li>
            <h2>{words.connectTitle}</h2>
            <p>
              {words.connectText} {words.importText}
            </p>
            <Button component="a" href={href('clients')}>
              {words.connectButton}
            </Button>
          </li>
          <li>
            <h2>{words.demoTitle}</h2>
            {demo === undefined ? (
              <>
                <p>{words.demoText}</p>
                <p>
                  <code>{words.demoCommand}</code> <CopyText value={words.demoCommand} />
                </p>
              </>
            ) : (
              <>
                <p>{words.demoRuns}</p>
                <Button component="a" href={href('backends', demo)}>
                  {words.demoButton}
                </Button>
              </>
            )}
          </li>
        </ol>
      </ScreenBody>
    </Screen>
  );
}
