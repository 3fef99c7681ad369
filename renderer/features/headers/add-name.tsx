import { Button, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import type { Problem } from '../../../shared/errors/problem.ts';
import { findRestriction } from '../../../shared/headers/restricted.ts';
import { href } from '../../app/router.ts';
import { headerWords as words } from '../../strings/headers.ts';
import { Problems } from '../../ui/problems.tsx';
import classes from './allowlist-editor.module.css';
import { CollisionNote } from './collision-note.tsx';
import type { FoundCollision } from './table-collisions.ts';

/** The field for one more name: every letter is judged, and a refusal says what to do instead. */
export function AddName({
  typed,
  onType,
  problems,
  collisions,
  onAdd,
  onSolve,
}: {
  typed: string;
  onType: (name: string) => void;
  problems: readonly Problem[];
  collisions: readonly FoundCollision[];
  onAdd: () => void;
  onSolve: ComponentProps<typeof CollisionNote>['onSolve'];
}): ReactNode {
  const explanation = useId();
  const refused = problems.some(({ severity }) => severity === 'error');
  const offer = offerFor(typed);
  return (
    <form
      className={classes.add}
      onSubmit={(event) => {
        event.preventDefault();
        if (typed !== '' && !refused) onAdd();
      }}
    >
      <div className={`${classes.addRow} ${classes.mono}`}>
        <TextInput
          label={words.addLabel}
          placeholder={words.addPlaceholder}
          value={typed}
          onChange={(event) => onType(event.currentTarget.value.trim())}
          error={refused}
          spellCheck={false}
          autoComplete="off"
          aria-describedby={explanation}
        />
        <Button
          type="submit"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={typed === '' || refused}
        >
          {words.add}
        </Button>
      </div>
      <div id={explanation} className={classes.explanation} aria-live="polite">
        <Problems problems={problems} />
        {offer === undefined ? null : (
          <Button component="a" href={href('backends')} mt={6} ml={22}>
            {words[offer]}
          </Button>
        )}
        {collisions.map((collision) => (
          <CollisionNote key={`${collision.backend}`} collision={collision} onSolve={onSolve} />
        ))}
      </div>
    </form>
  );
}

function offerFor(typed: string): 'secretOffer' | 'identityOffer' | undefined {
  const restriction = typed === '' ? undefined : findRestriction(typed, 'passthrough');
  if (restriction?.class === 'credentials') return 'secretOffer';
  return restriction?.class === 'identity' ? 'identityOffer' : undefined;
}
