import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PlanCell } from '../../../shared/control/plan-view.ts';
import { headerWords as words } from '../../strings/headers.ts';
import { StateIcon } from '../../ui/icon-state.tsx';
import classes from './allowlist-editor.module.css';
import { type FoundCollision, otherSource } from './table-collisions.ts';

type Way = Extract<PlanCell, { cell: 'collision' }>['waysOut'][number];

/** Says which two sources one header has, what follows, and offers every way out as a button. */
export function CollisionNote({
  collision: { backend, header, cell },
  onSolve,
}: {
  collision: FoundCollision;
  onSolve: (way: Way) => void;
}): ReactNode {
  const other = otherSource(cell);
  return (
    <div className={classes.trouble}>
      <p>
        <StateIcon tone="warn" label={words.collision} />
        <span>
          {other === undefined ? null : (
            <>
              <b>{words.alsoSetBy(backend, words.setAs[other.source])}</b> <code>{other.place}</code>{' '}
            </>
          )}
          {cell.when === 'when-sent' ? words.willFail : words.keepsOff}
        </span>
      </p>
      <div className={classes.ways}>
        {cell.waysOut.map((way) => (
          <Button
            key={`${way.action} ${way.place}`}
            title={way.text}
            aria-label={`${words.solve[way.action](way.backend, way.header)}: ${header}`}
            onClick={() => onSolve(way)}
          >
            {words.solve[way.action](way.backend, way.header)}
          </Button>
        ))}
      </div>
    </div>
  );
}
