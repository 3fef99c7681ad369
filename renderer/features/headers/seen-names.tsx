import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { useAnswer } from '../../host/use-answer.ts';
import { revisionWritten, useGateway, useSnapshot } from '../../stores/gateway-store.ts';
import { headerWords as words } from '../../strings/headers.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Pending } from '../../ui/pending.tsx';
import { Section } from '../../ui/screen.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { tellDone } from '../../ui/toasts.tsx';
import { useAllowlistDraft } from './allowlist-draft.ts';
import classes from './seen-names.module.css';

/** Names from live traffic that the list ignored, each with a click to allow it. */
export function SeenNames(): ReactNode {
  const client = useClient();
  const turn = useGateway(({ turns }) => turns.headers);
  const revision = useSnapshot((snapshot) => snapshot.revision);
  const { answer, reload } = useAnswer(() => client.headers.seen({}), [client, turn]);
  const { running, run } = useAction();

  const allow = async (name: string): Promise<void> => {
    const { names } = useAllowlistDraft.getState();
    if (names !== undefined) return useAllowlistDraft.setState({ names: [...names, name] });
    const done = await run(() => client.headers.allow({ revision, name }));
    if (done === undefined) return;
    revisionWritten(done.revision);
    tellDone(words.saved);
    reload();
  };

  return (
    <Section title={words.seenTitle} hint={words.seenHint}>
      <Pending answer={answer} reload={reload}>
        {({ names }) =>
          names.length === 0 ? (
            <p className={classes.none}>{words.seenEmpty}</p>
          ) : (
            <ul className={classes.names} aria-label={words.seenTitle}>
              {names.map(({ name, clients, sessions, lastSeenAt }) => (
                <li key={name}>
                  <span className={classes.name}>
                    <ForeignText text={name} mono max={64} />
                  </span>
                  <span className={classes.who}>
                    <ForeignText text={words.seenBy(clients, sessions)} max={80} /> ·{' '}
                    <TimeAgo at={lastSeenAt} />
                  </span>
                  <Button
                    size="compact-xs"
                    leftSection={<IconPlus size={12} aria-hidden />}
                    aria-label={words.allowName(name)}
                    disabled={running}
                    onClick={() => void allow(name)}
                  >
                    {words.allow}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Pending>
    </Section>
  );
}
