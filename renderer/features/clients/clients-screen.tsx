import { type ReactNode, useEffect } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { href } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAnswer } from '../../host/use-answer.ts';
import { useActivity } from '../../stores/activity-store.ts';
import { useGateway } from '../../stores/gateway-store.ts';
import { common } from '../../strings/common.ts';
import { clientWords as words } from '../../strings/screens.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StateIcon, type Tone } from '../../ui/icon-state.tsx';
import { Pending } from '../../ui/pending.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Split, SplitRow, SplitRows } from '../../ui/split.tsx';
import { ClientDetail } from './client-detail.tsx';
import classes from './clients.module.css';

export type ClientLine = CallValue<'clients.detect'>['clients'][number];

/** The AI clients of this machine, and what connecting one would write. */
export function ClientsScreen({ chosen }: { chosen: string | undefined }): ReactNode {
  const client = useClient();
  const turn = useGateway(({ turns }) => turns.tokens);
  const { answer, reload } = useAnswer(() => client.clients.detect({}), [client, turn]);
  const shown =
    answer.state === 'ready' ? answer.value.clients.find((line) => line.client === chosen) : undefined;
  useFirstCall(shown, reload);
  return (
    <Screen title={words.title} lead={words.lead}>
      <Pending answer={answer} reload={reload}>
        {({ clients }) => {
          const line = clients.find((found) => found.client === chosen);
          return (
            <Split
              listLabel={words.listLabel}
              list={
                <SplitRows label={words.listLabel}>
                  {[...clients].sort(byUse).map((item) => (
                    <SplitRow
                      key={item.client}
                      to={href('clients', item.client)}
                      active={item.client === chosen}
                    >
                      <ClientRow line={item} />
                    </SplitRow>
                  ))}
                </SplitRows>
              }
              backTo={chosen === undefined ? undefined : href('clients')}
              detailLabel={common.detailOf(words.title)}
              detail={
                line === undefined ? (
                  <EmptyState title={words.chooseTitle}>{words.chooseText}</EmptyState>
                ) : (
                  <ClientDetail key={line.client} line={line} onChange={reload} />
                )
              }
            />
          );
        }}
      </Pending>
    </Screen>
  );
}

/** Looks again with each new call while a client is connected that has not called yet: its first call is the proof. */
function useFirstCall(line: ClientLine | undefined, reload: () => void): void {
  const isAwaited =
    line !== undefined && line.lastCall === undefined && line.files.some((file) => file.connected);
  const newest = useActivity(({ entries }) => (isAwaited ? entries[0]?.id : undefined));
  useEffect(() => {
    if (newest !== undefined) reload();
  }, [newest, reload]);
}

function ClientRow({ line }: { line: ClientLine }): ReactNode {
  const { tone, text } = stateOf(line);
  return (
    <span className={classes.row}>
      <span className={classes.top}>
        <StateIcon tone={tone} />
        <b>{line.title}</b>
        <span className={classes.state}>{text}</span>
      </span>
      <span className={classes.sub}>{words.by[line.abilities.connectsBy]}</span>
    </span>
  );
}

/** How a client stands with us: the shape and the word. */
export function stateOf({ installed, files }: ClientLine): { readonly tone: Tone; readonly text: string } {
  if (files.some(({ connected }) => connected)) return { tone: 'ok', text: words.connected };
  if (installed === 'no') return { tone: 'off', text: words.notInstalled };
  return installed === 'unknown'
    ? { tone: 'idle', text: words.installUnknown }
    : { tone: 'idle', text: words.notConnected };
}

function byUse(a: ClientLine, b: ClientLine): number {
  const rank = (line: ClientLine): number =>
    line.files.some(({ connected }) => connected) ? 0 : line.installed === 'yes' ? 1 : 2;
  return rank(a) - rank(b);
}
