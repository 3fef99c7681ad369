import { type ReactNode, useState } from 'react';
import { common } from '../strings/common.ts';
import classes from './foreign-text.module.css';
import { clip, visibleParts } from './visible-text.ts';

/**
 * Text that a backend or client wrote: shown as text in its own direction context, hidden characters as marks,
 * cut at `max` characters with a button for the rest (UIX-03). Nothing in it can be clicked. In a row that is a link
 * itself the button would be a control within a control: there `cutOnly` leaves it out.
 */
export function ForeignText({
  text,
  max = 400,
  block = false,
  mono = false,
  cutOnly = false,
}: {
  text: string;
  max?: number;
  block?: boolean;
  mono?: boolean;
  cutOnly?: boolean;
}): ReactNode {
  const [whole, setWhole] = useState(false);
  const clipped = text.length > max;
  const Box = block ? 'div' : 'span';
  return (
    <Box className={`${classes.box} ${mono ? classes.mono : ''}`}>
      <bdi>
        {visibleParts(whole ? text : clip(text, max)).map((part, index) => {
          // The parts of one text never change places.
          const key = `${index}`;
          return 'text' in part ? (
            <span key={key}>{part.text}</span>
          ) : (
            <span key={key} className={classes.hidden} title={common.controlCharacter(part.hidden)}>
              U+{part.hidden}
            </span>
          );
        })}
        {clipped && !whole ? '…' : null}
      </bdi>
      {clipped && !cutOnly ? (
        <button type="button" className={classes.more} onClick={() => setWhole(!whole)}>
          {whole ? common.showLess : common.showAll(text.length)}
        </button>
      ) : null}
    </Box>
  );
}
