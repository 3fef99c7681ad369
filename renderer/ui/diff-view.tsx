import type { ReactNode } from 'react';
import { clientWords } from '../strings/screens.ts';
import classes from './diff-view.module.css';
import { ForeignText } from './foreign-text.tsx';
import type { DiffLine } from './line-diff.ts';

const MARKS = { same: ' ', removed: '−', added: '+' } as const;

/** Lines kept, removed and added: by mark and word, not by colour alone. */
export function DiffView({ lines, label }: { lines: readonly DiffLine[]; label: string }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <ul className={classes.diff} aria-label={label} tabIndex={0}>
      {lines.map(({ kind, text }, index) => (
        // Lines are told apart by their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={index} data-kind={kind}>
          <span aria-hidden>{MARKS[kind]} </span>
          {kind === 'same' ? null : <span className="visually-hidden">{clientWords[kind]}: </span>}
          <ForeignText text={text} max={2_000} />
        </li>
      ))}
    </ul>
  );
}
