import type { ReactNode } from 'react';
import type { ToolChangeEntry } from '../../../shared/control/activity.ts';
import { href } from '../../app/router.ts';
import { activityWords as words } from '../../strings/screens.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import classes from './activity.module.css';
import { outcomeTone } from './outcome.ts';

/** Tools that a backend has changed: which, what became of them, and the way to what is different (HTP-13). */
export function ToolChangeCells({ entry }: { entry: ToolChangeEntry }): ReactNode {
  const { backend, outcome, tools, count } = entry;
  const [first] = tools;
  const others = first === undefined ? count : count - 1;
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: see the table
    // biome-ignore-start lint/a11y/useFocusableInteractive: rows are read, not operated
    <>
      <span role="cell">
        <StateLabel tone={outcomeTone(outcome)}>{words.change[outcome]}</StateLabel>
      </span>
      {/* No client did this. */}
      <span role="cell" />
      <span role="cell">
        <a href={href('backends', backend)}>{backend}</a>
      </span>
      <span role="cell" aria-colspan={4} className={classes.change} title={tools.join(', ')}>
        {first === undefined ? null : (
          <a href={href('tools', backend, first)}>
            <ForeignText text={first} mono max={256} />
          </a>
        )}
        {others === 0 ? null : (
          <a href={href('tools')}>{first === undefined ? words.someTools(count) : words.moreTools(others)}</a>
        )}
        <span className={classes.dim}>{(count === 1 ? words.changeText : words.changesText)[outcome]}</span>
      </span>
    </>
    // biome-ignore-end lint/a11y/useFocusableInteractive: as above
    // biome-ignore-end lint/a11y/useSemanticElements: as above
  );
}
