import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { BackendSessionView } from '../../../shared/sessions/backend-session-view.ts';
import type { CapturedHeaderView, DriftView } from '../../../shared/sessions/header-view.ts';
import { sessionWords as words } from '../../strings/sessions.ts';
import { StateIcon } from '../../ui/icon-state.tsx';
import { clockTime, exactTime } from '../../ui/relative-time.ts';
import classes from './session-detail.module.css';
import { driftWords, keptWords } from './session-words.ts';

/** The least intuitive rule made visible: the client says something else by now, and backends still get the old. */
export function DriftNote({
  drift,
  captured,
  backends,
  onEnd,
}: {
  drift: readonly DriftView[];
  captured: readonly CapturedHeaderView[];
  backends: readonly BackendSessionView[];
  onEnd?: () => void;
}): ReactNode {
  return (
    <div className={classes.drift} role="status">
      {drift.map((found) => {
        const before = captured.find(({ name }) => name === found.name);
        return (
          <p key={found.name} title={exactTime(found.since)}>
            <StateIcon tone="warn" label={words.drifted} />
            <span>
              <b>{driftWords(found)}</b> {words.driftSince(clockTime(found.since))}{' '}
              {keptWords(found, before, backends)}
            </span>
          </p>
        );
      })}
      {onEnd === undefined ? null : (
        <div className={classes.driftEnd}>
          <span>{words.driftEnd}</span>
          <Button onClick={onEnd}>{words.end}</Button>
        </div>
      )}
    </div>
  );
}
