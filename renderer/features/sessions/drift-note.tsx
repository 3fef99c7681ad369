import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CapturedHeaderView, DriftView } from '../../../shared/sessions/header-view.ts';
import { sessionWords as words } from '../../strings/sessions.ts';
import { StateIcon } from '../../ui/icon-state.tsx';
import { clockTime } from '../../ui/relative-time.ts';
import classes from './session-detail.module.css';
import { driftWords } from './session-words.ts';

/** The least intuitive rule made visible: the client says something else by now, and backends still get the old. */
export function DriftNote({
  drift,
  captured,
  onEnd,
}: {
  drift: readonly DriftView[];
  captured: readonly CapturedHeaderView[];
  onEnd?: () => void;
}): ReactNode {
  return (
    <div className={classes.drift} role="status">
      {drift.map((found) => {
        const before = captured.find(({ name }) => name === found.name);
        return (
          <p key={found.name}>
            <StateIcon tone="warn" label={words.drifted} />
            <span>
              <b>{driftWords(found)}</b> {words.driftSince(clockTime(found.since))}{' '}
              {before === undefined ? words.driftNone : words.driftStill(clockTime(before.capturedAt))}
            </span>
          </p>
        );
      })}
      {onEnd === undefined ? null : (
        <div>
          <Button onClick={onEnd} ml={22}>
            {words.end}
          </Button>
        </div>
      )}
    </div>
  );
}
