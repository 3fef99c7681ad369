import { IconChevronLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { common } from '../strings/common.ts';
import classes from './split.module.css';

/** A list and the detail of its chosen row side by side; where there is no room, the detail covers the list. */
export function Split({
  list,
  listLabel,
  detail,
  detailLabel,
  backTo,
}: {
  list: ReactNode;
  listLabel: string;
  detail: ReactNode;
  detailLabel: string;
  /** Where the detail leads back to; absent while nothing is chosen. */
  backTo?: string | undefined;
}): ReactNode {
  return (
    <div className={classes.split} data-open={backTo !== undefined}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={classes.list} aria-label={listLabel} tabIndex={0}>
        {list}
      </section>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as above */}
      <section className={classes.detail} aria-label={detailLabel} tabIndex={0}>
        {backTo === undefined ? null : (
          <a className={classes.back} href={backTo}>
            <IconChevronLeft size={14} aria-hidden /> {common.back}
          </a>
        )}
        {detail}
      </section>
    </div>
  );
}

/** One row of the list: a link to its own address, so that it opens, copies and goes back like any address. */
export function SplitRow({
  to,
  active,
  children,
}: {
  to: string;
  active: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <li>
      <a className={classes.row} href={to} aria-current={active ? 'true' : undefined}>
        {children}
      </a>
    </li>
  );
}

/** The list of rows. */
export function SplitRows({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  );
}
