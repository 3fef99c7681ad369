import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import type { SessionSummary } from '../../../shared/sessions/session-view.ts';
import { href } from '../../app/router.ts';
import { useSnapshot } from '../../stores/gateway-store.ts';
import { common } from '../../strings/common.ts';
import { sessionWords as words } from '../../strings/sessions.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Split } from '../../ui/split.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { SessionDetailView } from './session-detail.tsx';
import { principalWords } from './session-words.ts';
import classes from './sessions-screen.module.css';

const ROW_HEIGHT = 74;

/** Who is connected, and for each what was captured and what leaves. */
export function SessionsScreen({ chosen }: { chosen: string | undefined }): ReactNode {
  const sessions = useSnapshot((snapshot) => snapshot.sessions);
  const known = sessions.find(({ session }) => session === chosen);
  return (
    <Screen title={words.title} lead={words.lead}>
      <Split
        listLabel={words.listLabel}
        list={
          sessions.length === 0 ? (
            <EmptyState
              title={words.emptyTitle}
              actions={
                <Button component="a" href={href('clients')}>
                  {words.connectClient}
                </Button>
              }
            >
              {words.emptyText}
            </EmptyState>
          ) : (
            <SessionList sessions={sessions} chosen={chosen} />
          )
        }
        backTo={chosen === undefined ? undefined : href('sessions')}
        detailLabel={common.detailOf(words.title)}
        detail={
          chosen === undefined ? (
            sessions.length === 0 ? null : (
              <EmptyState title={words.chooseTitle}>{words.chooseText}</EmptyState>
            )
          ) : known === undefined ? (
            <EmptyState title={words.gone}>{words.goneText}</EmptyState>
          ) : (
            <SessionDetailView key={chosen} summary={known} />
          )
        }
      />
    </Screen>
  );
}

function SessionList({
  sessions,
  chosen,
}: {
  sessions: readonly SessionSummary[];
  chosen: string | undefined;
}): ReactNode {
  const list = useRef<HTMLUListElement>(null);
  const rows = useVirtualizer({
    count: sessions.length,
    estimateSize: () => ROW_HEIGHT,
    getScrollElement: () => list.current?.closest('section') ?? null,
    getItemKey: (index) => sessions[index]?.session ?? index,
    overscan: 10,
  });
  return (
    <ul
      ref={list}
      className={classes.list}
      aria-label={words.listLabel}
      style={{ height: rows.getTotalSize() }}
    >
      {rows.getVirtualItems().map(({ index, key, start }) => {
        const summary = sessions[index];
        return summary === undefined ? null : (
          <li
            key={key}
            className={classes.item}
            style={{ transform: `translateY(${start}px)`, height: ROW_HEIGHT }}
            aria-setsize={sessions.length}
            aria-posinset={index + 1}
          >
            <SessionRow summary={summary} active={summary.session === chosen} />
          </li>
        );
      })}
    </ul>
  );
}

function SessionRow({ summary, active }: { summary: SessionSummary; active: boolean }): ReactNode {
  const { client, era, principal, lastActivityAt, calls, inFlight, drift } = summary;
  return (
    <a
      className={classes.row}
      href={href('sessions', summary.session)}
      aria-current={active ? 'true' : undefined}
    >
      <span className={classes.top}>
        <b>
          <ForeignText text={client.name} max={40} cutOnly />
        </b>
        <span className={classes.dim}>
          <ForeignText text={client.version} max={16} cutOnly />
        </span>
        <span className={classes.era}>{words.era[era]}</span>
        <span className={classes.age}>
          <TimeAgo at={lastActivityAt} />
        </span>
      </span>
      <span className={classes.dim}>
        {principalWords(principal)} · {words.calls(calls)}
        {inFlight > 0 ? ` · ${words.inFlight(inFlight)}` : ''}
      </span>
      {drift.length > 0 ? <StateLabel tone="warn">{words.drifted}</StateLabel> : null}
    </a>
  );
}
