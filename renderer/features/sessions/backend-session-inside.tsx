import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import type { BackendSessionView } from '../../../shared/sessions/backend-session-view.ts';
import { common } from '../../strings/common.ts';
import { headerWords } from '../../strings/headers.ts';
import { sessionWords as words } from '../../strings/sessions.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { outcomeTone } from '../activity/outcome.ts';
import { CapturedTable } from './captured-table.tsx';
import { DriftNote } from './drift-note.tsx';
import classes from './session-detail.module.css';

/** Everything between one session and one backend: captured, sent, not sent and why, errors, calls. */
export function BackendSessionInside({
  view,
  session,
  onEnd,
}: {
  view: BackendSessionView;
  session: string;
  onEnd: () => void;
}): ReactNode {
  const { backend, captured, drift, mapped, outgoing, unsent, errors, dropped, calls } = view;
  return (
    <div className={classes.inside}>
      {drift.length > 0 ? (
        <DriftNote drift={drift} captured={captured} backends={[view]} onEnd={onEnd} />
      ) : null}
      {captured.length > 0 ? (
        <CapturedTable session={session} backend={backend} captured={captured} drift={drift} />
      ) : null}
      {mapped.map(({ header, variable }) => (
        <p key={variable} className={classes.dim}>
          {words.mappedTo(header, variable)}
        </p>
      ))}
      {outgoing.length === 0 ? null : (
        <div>
          <h4>{words.outgoingTitle}</h4>
          <Table.ScrollContainer minWidth={420} type="native">
            <Table aria-label={words.outgoingTitle}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{words.name}</Table.Th>
                  <Table.Th>{words.source}</Table.Th>
                  <Table.Th>{words.place}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {outgoing.map(({ name, source, place }) => (
                  <Table.Tr key={name}>
                    <Table.Td ff="monospace">{name}</Table.Td>
                    <Table.Td>{headerWords.source[source]}</Table.Td>
                    <Table.Td ff="monospace" c="dimmed">
                      {place ?? ''}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </div>
      )}
      {unsent.length === 0 ? null : (
        <div>
          <h4>{words.unsentTitle}</h4>
          <ul className={classes.plain}>
            {unsent.map(({ name, message }) => (
              <li key={name}>
                <code>{name}</code> <span className={classes.dim}>{message}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {errors.length === 0 ? null : (
        <div>
          <h4>{words.errorsTitle}</h4>
          <ul className={classes.plain}>
            {errors.map(({ at, code, message, said }) => (
              <li key={`${at} ${code}`}>
                <StateLabel tone="bad">{message}</StateLabel>
                {said === undefined ? null : <ForeignText text={said} max={200} />}
                <span className={classes.dim}>
                  <TimeAgo at={at} /> · {code}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {dropped === undefined ? null : (
        <div>
          <h4>{words.droppedTitle}</h4>
          <p className={classes.dim}>
            {words.dropped(dropped.count)} {dropped.latest === undefined ? null : words.droppedLatest}
          </p>
          {dropped.latest === undefined ? null : <ForeignText text={dropped.latest} mono max={200} />}
        </div>
      )}
      <div>
        <h4>{words.callsTitle}</h4>
        {calls.length === 0 ? <p className={classes.dim}>{words.nothingYet}</p> : null}
        <ul className={classes.plain}>
          {calls.map(({ at, tool, outcome, duration }) => (
            <li key={`${at} ${tool}`}>
              <ForeignText text={tool} mono max={80} />
              <StateLabel tone={outcomeTone(outcome)}>{words.outcome[outcome]}</StateLabel>
              <span className={classes.dim}>
                {duration === undefined ? '' : `${common.milliseconds(duration)} · `}
                <TimeAgo at={at} />
              </span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
