import type { ReactNode } from 'react';
import type { ProblemView } from '../../shared/control/problem-view.ts';
import { ERROR_CODES } from '../../shared/errors/codes.ts';
import { common } from '../strings/common.ts';
import { StateIcon } from './icon-state.tsx';
import classes from './problems.module.css';

/** Everything that is wrong, each with its way out; the stable code stands small beside it. */
export function Problems({
  problems,
  withPlace = false,
}: {
  problems: readonly ProblemView[];
  withPlace?: boolean;
}): ReactNode {
  if (problems.length === 0) return null;
  return (
    <ul className={classes.list}>
      {problems.map((found) => (
        <li key={`${found.code} ${found.place} ${found.message}`} data-severity={found.severity}>
          <span className={classes.icon}>
            <StateIcon
              tone={found.severity === 'error' ? 'bad' : 'warn'}
              label={common.severity[found.severity]}
            />
          </span>
          <div>
            <div>{found.message}</div>
            <div className={classes.fix}>
              {found.fix} <Code code={found.code} />
              {withPlace && found.place !== '' ? <code className={classes.place}>{found.place}</code> : null}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Code({ code }: { code: ProblemView['code'] }): ReactNode {
  return (
    <span className={classes.code} title={ERROR_CODES[code].title}>
      {code}
    </span>
  );
}
