import { Popover, UnstyledButton } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import type { PlanCell, PlanTable } from '../../../shared/control/plan-view.ts';
import { href } from '../../app/router.ts';
import { headerWords as words } from '../../strings/headers.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StateIcon, type Tone } from '../../ui/icon-state.tsx';
import classes from './plan-table.module.css';

/** What stands in a cell where a value is known; absent where there is none to show. */
export type CellValue = (header: string, cell: PlanCell) => string | undefined;

/** The plan: a row for each header name, a column for each backend, in each cell the one source it has. */
export const PlanTableView = memo(function PlanTableView({
  table,
  label,
  knownValue,
}: {
  table: PlanTable;
  label: string;
  knownValue?: CellValue;
}): ReactNode {
  if (table.backends.length === 0) {
    return <EmptyState title={words.planEmptyTitle}>{words.planEmptyText}</EmptyState>;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={classes.scroll} aria-label={label} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{words.planHeader}</th>
            {table.backends.map((backend) => (
              <th key={backend} scope="col">
                <a href={href('backends', backend)} title={backend}>
                  {backend}
                </a>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(({ header, cells }) => (
            <tr key={header}>
              <th scope="row">{header}</th>
              {cells.map((cell, index) => {
                const backend = table.backends[index] ?? '';
                return (
                  <Cell
                    key={backend}
                    header={header}
                    backend={backend}
                    cell={cell}
                    value={knownValue?.(header, cell)}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
});

interface CellProps {
  readonly header: string;
  readonly backend: string;
  readonly cell: PlanCell;
  readonly value: string | undefined;
}

/** A new plan comes with every name that is typed; of its hundreds of cells only those that say another thing change. */
const Cell = memo(
  function Cell(props: CellProps): ReactNode {
    return (
      <td data-cell={props.cell.cell}>
        <Inside {...props} />
      </td>
    );
  },
  (before, after) =>
    before.header === after.header &&
    before.backend === after.backend &&
    before.value === after.value &&
    JSON.stringify(before.cell) === JSON.stringify(after.cell),
);

function Inside({ header, backend, cell, value }: CellProps): ReactNode {
  const { tone, text } = faceOf(cell);
  if (tone === undefined) {
    return (
      <span className={classes.nothing} title={'message' in cell ? cell.message : undefined}>
        {text}
      </span>
    );
  }
  return (
    <Popover position="bottom-start" withinPortal shadow="md" width={340}>
      <Popover.Target>
        <UnstyledButton className={classes.cell} aria-label={words.cellLabel(header, backend, text)}>
          <StateIcon tone={tone} size={12} />
          <span className={classes.words}>
            {text}
            {value === undefined ? null : <code className={classes.value}>{value}</code>}
          </span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <CellDetail backend={backend} cell={cell} />
      </Popover.Dropdown>
    </Popover>
  );
}

function CellDetail({ backend, cell }: { backend: string; cell: PlanCell }): ReactNode {
  const places =
    cell.cell === 'collision' ? cell.sources.map(({ place }) => place) : 'place' in cell ? [cell.place] : [];
  return (
    <div className={classes.detail}>
      {cell.cell === 'sent' ? (
        <p>
          {cell.source === 'identity' ? words.cellDetail.identity : words.cellDetail[cell.certainty]}{' '}
          {cell.note ?? ''}
        </p>
      ) : null}
      {'message' in cell ? <p>{cell.message}</p> : null}
      {places.map((place) =>
        place === undefined ? null : (
          <p key={place}>
            {words.cellDetail.setAt} <code>{place}</code>
          </p>
        ),
      )}
      <a className={classes.open} href={href('backends', backend)}>
        {words.cellDetail.open(backend)}
      </a>
    </div>
  );
}

/** How a cell looks: the shape of its state and its words. No shape where there is nothing to say. */
export function faceOf(cell: PlanCell): { readonly tone: Tone | undefined; readonly text: string } {
  switch (cell.cell) {
    case 'sent':
      return {
        tone: cell.certainty === 'always' ? 'ok' : 'idle',
        text: cell.plain ?? cell.identity ?? words.source[cell.source],
      };
    case 'variable':
      return { tone: 'idle', text: words.cell.variable(cell.variable) };
    case 'collision':
      return { tone: 'warn', text: words.cell.collision };
    case 'not-sent':
      return { tone: toneOfNotSent(cell.why), text: words.cell[cell.why] };
  }
}

function toneOfNotSent(why: Extract<PlanCell, { cell: 'not-sent' }>['why']): Tone | undefined {
  if (why === 'signed-out') return 'locked';
  if (why.startsWith('secret-')) return 'bad';
  return why === 'excepted' ? 'off' : undefined;
}
