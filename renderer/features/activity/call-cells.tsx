import type { ReactNode } from 'react';
import type { CallEntry } from '../../../shared/control/activity.ts';
import { href } from '../../app/router.ts';
import { useClock } from '../../stores/clock.ts';
import { common } from '../../strings/common.ts';
import { activityWords as words } from '../../strings/screens.ts';
import { sessionWords } from '../../strings/sessions.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import { duration as spanWords } from '../../ui/relative-time.ts';
import classes from './activity.module.css';
import { outcomeTone } from './outcome.ts';

/** One call: who asked whom for what, how it ended, and how much went over the line. */
export function CallCells({ entry }: { entry: CallEntry }): ReactNode {
  const { at, client, session, backend, method, target, outcome, duration, message, bytesIn, bytesOut } =
    entry;
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: see the table
    // biome-ignore-start lint/a11y/useFocusableInteractive: rows are read, not operated
    <>
      <span role="cell" title={message}>
        <StateLabel tone={outcomeTone(outcome)}>{sessionWords.outcome[outcome]}</StateLabel>
      </span>
      <span role="cell">
        {session === undefined ? (
          <ForeignText text={client} max={40} />
        ) : (
          <a href={href('sessions', session)}>
            <ForeignText text={client} max={40} />
          </a>
        )}
      </span>
      <span role="cell">
        {backend === undefined ? '' : <a href={href('backends', backend)}>{backend}</a>}
      </span>
      <span role="cell" title={method}>
        <ForeignText text={target ?? method} mono max={80} />
      </span>
      {Object.entries({ bytesIn, bytesOut }).map(([column, bytes]) => (
        <span
          role="cell"
          key={column}
          className={classes.number}
          title={bytes === undefined ? undefined : common.bytes(bytes)}
        >
          {bytes === undefined ? '' : common.size(bytes)}
        </span>
      ))}
      <span role="cell" className={classes.number}>
        {outcome === 'running' ? <RunningFor at={at} /> : null}
        {duration === undefined ? '' : common.milliseconds(duration)}
      </span>
    </>
    // biome-ignore-end lint/a11y/useFocusableInteractive: as above
    // biome-ignore-end lint/a11y/useSemanticElements: as above
  );
}

/** How long a call has been running, second by second; its own component, so that only such rows are drawn anew. */
function RunningFor({ at }: { at: number }): ReactNode {
  const now = useClock((clock) => clock.now);
  return words.runningFor(spanWords(Math.max(0, now - at)));
}
