import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useRef } from 'react';
import type { ActivityEntry } from '../../../shared/control/activity.ts';
import { href } from '../../app/router.ts';
import { useClock } from '../../stores/clock.ts';
import { common } from '../../strings/common.ts';
import { activityWords as words } from '../../strings/screens.ts';
import { sessionWords } from '../../strings/sessions.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import { clockTime, exactTime, duration as spanWords } from '../../ui/relative-time.ts';
import classes from './activity.module.css';
import { outcomeTone } from './outcome.ts';

const ROW_HEIGHT = 30;
const COLUMNS = [
  words.time,
  words.outcomeColumn,
  words.client,
  words.backend,
  words.target,
  words.request,
  words.answer,
  words.duration,
];

/** The rows, of which only those in view exist; ARIA tells how many there are in all. Drawn anew for new rows only. */
export const ActivityTable = memo(function ActivityTable({
  entries,
}: {
  entries: readonly ActivityEntry[];
}): ReactNode {
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    estimateSize: () => ROW_HEIGHT,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => entries[index]?.id ?? index,
    overscan: 12,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={classes.scroll} ref={scroller} aria-label={words.calls} tabIndex={0}>
      {/* A table of divs: rows are placed by their offset, which table layout does not allow. */}
      {/* biome-ignore-start lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore-start lint/a11y/useFocusableInteractive: rows are read, not operated */}
      <div role="table" aria-label={words.calls} aria-rowcount={entries.length + 1}>
        <div role="rowgroup" className={classes.head}>
          <div role="row" className={classes.row}>
            {COLUMNS.map((title) => (
              <span role="columnheader" key={title}>
                {title}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={classes.rows} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, key, start }) => {
            const entry = entries[index];
            return entry === undefined ? null : <Row key={key} entry={entry} index={index} start={start} />;
          })}
        </div>
      </div>
      {/* biome-ignore-end lint/a11y/useFocusableInteractive: as above */}
      {/* biome-ignore-end lint/a11y/useSemanticElements: as above */}
    </section>
  );
});

const Row = memo(function Row({
  entry,
  index,
  start,
}: {
  entry: ActivityEntry;
  index: number;
  start: number;
}): ReactNode {
  const { at, client, session, backend, method, target, outcome, duration, message, bytesIn, bytesOut } =
    entry;
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: see the table
    // biome-ignore-start lint/a11y/useFocusableInteractive: rows are read, not operated
    <div
      role="row"
      aria-rowindex={index + 2}
      className={`${classes.row} ${classes.placed}`}
      style={{ transform: `translateY(${start}px)` }}
    >
      <span role="cell" title={exactTime(at)}>
        {clockTime(at, true)}
      </span>
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
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: as above
    // biome-ignore-end lint/a11y/useSemanticElements: as above
  );
});

/** How long a call has been running, second by second; its own component, so that only such rows are drawn anew. */
function RunningFor({ at }: { at: number }): ReactNode {
  const now = useClock((clock) => clock.now);
  return words.runningFor(spanWords(Math.max(0, now - at)));
}
