import { Button, Title } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { ReactNode } from 'react';
import type { SessionDetail, SessionSummary } from '../../../shared/sessions/session-view.ts';
import { href } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { useAnswer } from '../../host/use-answer.ts';
import { common } from '../../strings/common.ts';
import { sessionWords as words } from '../../strings/sessions.ts';
import { Facts } from '../../ui/facts.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import { Pending } from '../../ui/pending.tsx';
import { Section } from '../../ui/screen.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { tellDone } from '../../ui/toasts.tsx';
import { BackendSessionRow } from './backend-session-row.tsx';
import { CapturedTable } from './captured-table.tsx';
import { DriftNote } from './drift-note.tsx';
import classes from './session-detail.module.css';
import { principalWords } from './session-words.ts';

/** Everything about one session: who, what was captured, what differs by now, and how it stands with each backend. */
export function SessionDetailView({ summary }: { summary: SessionSummary }): ReactNode {
  const client = useClient();
  const { session, lastActivityAt, inFlight } = summary;
  const { answer, reload } = useAnswer(
    () => client.sessions.detail({ session }),
    [
      client,
      session,
      lastActivityAt,
      inFlight,
      summary.drift.map(({ name, now }) => `${name} ${now}`).join(),
    ],
  );
  const { running, run } = useAction();
  const end = (): void => {
    modals.openConfirmModal({
      title: words.endTitle,
      children: words.endText(summary.client.name.slice(0, 60)),
      labels: { confirm: words.end, cancel: common.cancel },
      confirmProps: { color: 'red', variant: 'filled' },
      onConfirm: () => {
        void run(() => client.sessions.end({ session })).then((done) => {
          if (done !== undefined) tellDone(words.ended);
        });
      },
    });
  };
  return (
    <>
      <div className={classes.head}>
        <div>
          <Title order={2} className={classes.title}>
            <ForeignText text={summary.client.name} max={60} />{' '}
            <span className={classes.version}>
              <ForeignText text={summary.client.version} max={24} />
            </span>
          </Title>
          <p className={classes.sub}>
            {words.era[summary.era]} · {summary.protocolVersion} · {principalWords(summary.principal)}
          </p>
        </div>
        <Button color="red" variant="outline" onClick={end} loading={running}>
          {words.end}
        </Button>
      </div>
      <Pending answer={answer} reload={reload}>
        {(detail) => <Detail detail={detail} onEnd={end} />}
      </Pending>
    </>
  );
}

function Detail({ detail, onEnd }: { detail: SessionDetail; onEnd: () => void }): ReactNode {
  return (
    <>
      {detail.drift.length > 0 ? (
        <DriftNote drift={detail.drift} captured={detail.captured} backends={detail.backends} onEnd={onEnd} />
      ) : null}
      <Facts
        facts={[
          [words.opened, <TimeAgo key="opened" at={detail.openedAt} />],
          [words.lastActivity, <TimeAgo key="last" at={detail.lastActivityAt} />],
          [words.callsLabel, `${detail.calls.toLocaleString('en')} · ${words.inFlight(detail.inFlight)}`],
          [
            words.protocol,
            <span
              key="era"
              title={words.eraHint[detail.era]}
            >{`${detail.protocolVersion}, ${words.era[detail.era]}`}</span>,
          ],
          ...(detail.expiresAt === undefined
            ? []
            : [[words.expires, <TimeAgo key="ends" at={detail.expiresAt} />] as const]),
        ]}
      />
      {detail.olderAllowlist ? (
        <p className={classes.note}>
          <StateLabel tone="idle">{`${words.olderAllowlist}.`}</StateLabel> {words.olderAllowlistText}
        </p>
      ) : null}
      {detail.warnings.map((warning) => (
        <p key={warning} className={classes.note}>
          <StateLabel tone="warn">{warning}</StateLabel>
        </p>
      ))}
      <Section title={words.capturedTitle} hint={words.capturedHint}>
        {detail.captured.length === 0 ? (
          <p className={classes.dim}>{words.capturedNone}</p>
        ) : (
          <CapturedTable session={detail.session} captured={detail.captured} drift={detail.drift} />
        )}
        {detail.seenNotAllowed.length === 0 ? null : (
          <p className={classes.seen}>
            {words.seenTitle}:{' '}
            {detail.seenNotAllowed.map((name) => (
              <span key={name} className={classes.chip}>
                <ForeignText text={name} mono max={64} />
              </span>
            ))}
            <a href={href('headers')}>{words.allowThem}</a>
          </p>
        )}
      </Section>
      <Section title={words.backendsTitle}>
        <ul className={classes.backends}>
          {detail.backends.map((backend) => (
            <BackendSessionRow key={backend.backend} view={backend} session={detail.session} onEnd={onEnd} />
          ))}
        </ul>
      </Section>
    </>
  );
}
