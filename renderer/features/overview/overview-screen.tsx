import { Button } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { href } from '../../app/router.ts';
import { useActivity } from '../../stores/activity-store.ts';
import { useSnapshot } from '../../stores/gateway-store.ts';
import { common } from '../../strings/common.ts';
import { overviewWords as words } from '../../strings/screens.ts';
import { sessionWords } from '../../strings/sessions.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateIcon, StateLabel } from '../../ui/icon-state.tsx';
import { Screen, ScreenBody, Section } from '../../ui/screen.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { outcomeTone } from '../activity/outcome.ts';
import { principalWords } from '../sessions/session-words.ts';
import { attentionOf } from './attention.ts';
import classes from './overview.module.css';

const SHOWN = 6;

/** Is everything well, who is calling, what leaves under my name: three answers at a glance. */
export function OverviewScreen(): ReactNode {
  const snapshot = useSnapshot((whole) => whole);
  const items = attentionOf(snapshot);
  const ready = snapshot.backends.filter(({ status }) => ['ready', 'idle'].includes(status.state)).length;
  return (
    <Screen title={words.title}>
      <ScreenBody label={words.title}>
        <p className={classes.answer} role="status">
          <StateIcon
            tone={items.length > 0 ? 'warn' : snapshot.backends.length === 0 ? 'idle' : 'ok'}
            size={20}
          />
          <b>{headline(snapshot.backends.length, items.length)}</b>
          <span className={classes.dim}>{words.backends(ready, snapshot.backends.length)}</span>
        </p>
        <Section title={words.attentionTitle}>
          {snapshot.backends.length === 0 ? <Begin /> : null}
          {items.length === 0 ? (
            snapshot.backends.length === 0 ? null : (
              <p className={classes.dim}>{words.attentionNone}</p>
            )
          ) : (
            <ul className={classes.list}>
              {items.map(({ key, tone, subject, message, fix, to }) => (
                <li key={key}>
                  <StateIcon tone={tone} />
                  <span className={classes.grow}>
                    {subject === undefined ? null : <b>{subject} </b>}
                    {message} <span className={classes.dim}>{fix ?? ''}</span>
                  </span>
                  <Button
                    component="a"
                    size="compact-xs"
                    href={href(...to)}
                    aria-label={`${words.open}: ${subject ?? message}`}
                  >
                    {words.open}
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </Section>
        <div className={classes.columns}>
          <Calling />
          <Leaving />
        </div>
        <Recent />
      </ScreenBody>
    </Screen>
  );
}

function headline(backends: number, items: number): string {
  if (items > 0) return words.attention(items);
  return backends === 0 ? words.begin : words.well;
}

function Begin(): ReactNode {
  return (
    <p className={classes.answer}>
      <span className={classes.dim}>{words.beginText}</span>
      <Button component="a" href={href('welcome')}>
        {words.beginAction}
      </Button>
    </p>
  );
}

function Calling(): ReactNode {
  const sessions = useSnapshot((snapshot) => snapshot.sessions);
  return (
    <Section title={words.callingTitle} actions={<a href={href('sessions')}>{words.all}</a>}>
      {sessions.length === 0 ? <p className={classes.dim}>{words.callingNone}</p> : null}
      <ul className={classes.list}>
        {sessions.slice(0, SHOWN).map(({ session, client, principal, lastActivityAt, calls, drift }) => (
          <li key={session}>
            <a className={classes.grow} href={href('sessions', session)}>
              <b>
                <ForeignText text={client.name} max={40} cutOnly />
              </b>{' '}
              <span className={classes.dim}>
                {principalWords(principal)} · {sessionWords.calls(calls)}
              </span>
            </a>
            {drift.length > 0 ? <StateLabel tone="warn">{sessionWords.drifted}</StateLabel> : null}
            <span className={classes.dim}>
              <TimeAgo at={lastActivityAt} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Leaving(): ReactNode {
  const names = useSnapshot((snapshot) => snapshot.passthroughHeaders);
  return (
    <Section title={words.leavingTitle} actions={<a href={href('headers')}>{words.all}</a>}>
      <p className={classes.dim}>
        {names.length === 0 ? words.leavingNone : words.leavingHeaders(names.length)}
      </p>
      <ul className={classes.names}>
        {names.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Recent(): ReactNode {
  const entries = useActivity((activity) => activity.entries);
  const calls = useMemo(() => entries.filter((entry) => entry.kind === 'call'), [entries]);
  return (
    <Section title={words.recentTitle} actions={<a href={href('activity')}>{words.all}</a>}>
      {calls.length === 0 ? <p className={classes.dim}>{words.recentNone}</p> : null}
      <ul className={classes.list}>
        {calls.slice(0, SHOWN).map(({ id, at, client, backend, target, outcome, duration }) => (
          <li key={id} className={classes.call}>
            <StateLabel tone={outcomeTone(outcome)}>{sessionWords.outcome[outcome]}</StateLabel>
            <span className={classes.grow}>
              <ForeignText text={target ?? ''} mono max={60} cutOnly />{' '}
              <span className={classes.dim}>
                {backend ?? ''} · <ForeignText text={client} max={40} cutOnly />
              </span>
            </span>
            <span className={classes.dim}>
              {duration === undefined ? '' : `${common.milliseconds(duration)} · `}
              <TimeAgo at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
