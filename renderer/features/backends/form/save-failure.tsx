import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Failure } from '../../../../shared/control/result.ts';
import { common } from '../../../strings/common.ts';
import { Problems } from '../../../ui/problems.tsx';
import classes from '../backend-detail.module.css';

/** Why a save was refused. Where somebody else saved first, the way on is to load what is there now. */
export function SaveFailure({
  failure,
  reload,
}: {
  failure: Failure;
  reload: (() => void) | undefined;
}): ReactNode {
  const stale = failure.code === 'config.stale';
  return (
    <div className={classes.note} data-tone="bad" role="alert">
      <p>
        <b>{stale ? common.staleTitle : failure.message}</b> {stale ? common.staleText : (failure.fix ?? '')}
      </p>
      <Problems problems={failure.problems ?? []} withPlace />
      {stale && reload !== undefined ? (
        <div>
          <Button onClick={reload}>{common.loadNewest}</Button>
        </div>
      ) : null}
    </div>
  );
}
