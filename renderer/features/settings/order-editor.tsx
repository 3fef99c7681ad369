import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { settingWords as words } from '../../strings/settings.ts';
import { moved } from './order.ts';
import classes from './order-editor.module.css';

/** A list whose order counts: dragged, or moved by keyboard; the focus goes along and the new place is said. */
export function OrderEditor({
  names,
  onChange,
}: {
  names: readonly string[];
  onChange: (names: readonly string[]) => void;
}): ReactNode {
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<string>();
  const [last, setLast] = useState<string>();
  const at = last === undefined ? -1 : names.indexOf(last);

  useEffect(() => {
    if (last !== undefined && at >= 0) list.current?.querySelectorAll('li')[at]?.focus();
  }, [last, at]);

  const move = (name: string, to: number): void => {
    setLast(name);
    onChange(moved(names, names.indexOf(name), to));
  };
  return (
    <div>
      <div className={classes.label} id="order-label">
        {words.order}
      </div>
      <p className={classes.hint} id="order-hint">
        {words.orderHint}
      </p>
      <ol ref={list} className={classes.list} aria-labelledby="order-label" aria-describedby="order-hint">
        {names.map((name, index) => (
          <li
            key={name}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes Alt and the arrow keys
            tabIndex={0}
            className={classes.item}
            data-dragged={dragged === name}
            draggable
            onDragStart={() => setDragged(name)}
            onDragEnd={() => setDragged(undefined)}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged !== undefined) move(dragged, index);
            }}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
              if (step === 0 || !event.altKey) return;
              event.preventDefault();
              if (index + step >= 0 && index + step < names.length) move(name, index + step);
            }}
          >
            <IconGripVertical size={14} aria-hidden />
            <span className={classes.name}>{name}</span>
            <ActionIcon
              size="sm"
              aria-label={words.orderUp(name)}
              disabled={index === 0}
              onClick={() => move(name, index - 1)}
            >
              <IconArrowUp size={14} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={words.orderDown(name)}
              disabled={index === names.length - 1}
              onClick={() => move(name, index + 1)}
            >
              <IconArrowDown size={14} />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <span role="status" className="visually-hidden">
        {last === undefined || at < 0 ? '' : words.orderMoved(last, at + 1, names.length)}
      </span>
    </div>
  );
}
