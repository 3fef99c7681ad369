import { Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { common } from '../strings/common.ts';
import classes from './screen.module.css';

/** One screen: its title, what can be done on it, and its content, which scrolls by itself. */
export function Screen({
  title,
  lead,
  actions,
  children,
}: {
  title: string;
  lead?: string;
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  useEffect(() => {
    document.title = `${title} · ${common.appName}`;
  }, [title]);
  return (
    <div className={classes.screen}>
      <header className={classes.head}>
        <div className={classes.words}>
          <Title order={1} className={classes.title}>
            {title}
          </Title>
          {lead === undefined ? null : <p className={classes.lead}>{lead}</p>}
        </div>
        {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** The scrolling part of a screen without a detail. */
export function ScreenBody({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    // A region that scrolls must be reachable by keyboard (axe: scrollable-region-focusable).
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section className={classes.body} tabIndex={0} aria-label={label}>
      <div className={classes.inner}>{children}</div>
    </section>
  );
}

/** A titled part of a screen. */
export function Section({
  title,
  hint,
  actions,
  children,
}: {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHead}>
        <div>
          <Title order={2} className={classes.sectionTitle}>
            {title}
          </Title>
          {hint === undefined ? null : <p className={classes.hint}>{hint}</p>}
        </div>
        {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}
