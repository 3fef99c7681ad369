import { ActionIcon, Badge } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ComponentProps, ReactNode } from 'react';
import { headerWords as words } from '../../strings/headers.ts';
import { StateLabel } from '../../ui/icon-state.tsx';
import { Problems } from '../../ui/problems.tsx';
import type { NameLine } from './allowlist-draft.ts';
import classes from './allowlist-editor.module.css';
import { CollisionNote } from './collision-note.tsx';
import type { FoundCollision } from './table-collisions.ts';

/** One name of the list, what is known of it live, and what stands against it. */
export function NameRow({
  line: { name, saved, inForce, capturedIn, liveSessions, problems },
  collisions,
  onRemove,
  onSolve,
}: {
  line: NameLine;
  collisions: readonly FoundCollision[];
  onRemove: () => void;
  onSolve: ComponentProps<typeof CollisionNote>['onSolve'];
}): ReactNode {
  return (
    <li className={classes.line}>
      <div className={classes.top}>
        <span className={classes.name}>{name}</span>
        <span className={classes.facts}>
          {saved ? (
            <span>{words.captured(capturedIn, liveSessions)}</span>
          ) : (
            <Badge>{words.unsavedName}</Badge>
          )}
          {inForce ? null : <StateLabel tone="bad">{words.notInForce}</StateLabel>}
          {collisions.length > 0 ? <StateLabel tone="warn">{words.collision}</StateLabel> : null}
        </span>
        <ActionIcon aria-label={words.removeName(name)} title={words.removeName(name)} onClick={onRemove}>
          <IconX size={15} />
        </ActionIcon>
      </div>
      {collisions.map((collision) => (
        <CollisionNote
          key={`${collision.backend} ${collision.cell.message}`}
          collision={collision}
          onSolve={onSolve}
        />
      ))}
      <Problems problems={problems} />
    </li>
  );
}
