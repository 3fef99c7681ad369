import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useRef } from 'react';
import type { ActivityEntry } from '../../../shared/control/activity.ts';
import { activityWords as words } from '../../strings/screens.ts';
import { clockTime, exactTime } from '../../ui/relative-time.ts';
import classes from './activity.module.css';
import { CallCells } from './call-cells.tsx';
import { ToolChangeCells } from './tool-change-cells.tsx';

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
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: see the table
    // biome-ignore-start lint/a11y/useFocusableInteractive: rows are read, not operated
    <div
      role="row"
      aria-rowindex={index + 2}
      className={`${classes.row} ${classes.placed}`}
      style={{ transform: `translateY(${start}px)` }}
    >
      <span role="cell" title={exactTime(entry.at)}>
        {clockTime(entry.at, true)}
      </span>
      {entry.kind === 'call' ? <CallCells entry={entry} /> : <ToolChangeCells entry={entry} />}
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: as above
    // biome-ignore-end lint/a11y/useSemanticElements: as above
  );
});
