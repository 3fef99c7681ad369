import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formWords as words } from '../../../strings/backends.ts';
import { useLinePaste } from '../../../ui/line-paste.tsx';
import classes from './form.module.css';

export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** A list of names with values: header and value, variable and value. Further buttons of a row come from outside. */
export function PairRows({
  title,
  hint,
  pairs,
  nameLabel,
  valueLabel,
  addLabel,
  onChange,
  extra,
}: {
  title: string;
  hint?: string;
  pairs: readonly Pair[];
  nameLabel: string;
  valueLabel: string;
  addLabel: string;
  onChange: (pairs: Pair[]) => void;
  extra?: (pair: Pair, index: number) => ReactNode;
}): ReactNode {
  const put = (index: number, pair: Pair): void =>
    onChange(pairs.map((old, at) => (at === index ? pair : old)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out beside its hint
    <div className={`${classes.rows} ${classes.mono}`} role="group" aria-label={title}>
      <span className={classes.label}>{title}</span>
      {hint === undefined ? null : <p className={classes.hint}>{hint}</p>}
      {pairs.map((pair, index) => (
        // Rows are told apart by their place: names change while they are typed.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div className={classes.pair} key={index}>
          <TextInput
            aria-label={`${nameLabel} ${index + 1}`}
            placeholder={nameLabel}
            value={pair.name}
            spellCheck={false}
            onChange={(event) => put(index, { ...pair, name: event.currentTarget.value })}
          />
          <ValueInput
            label={`${valueLabel} ${index + 1}`}
            placeholder={valueLabel}
            value={pair.value}
            onChange={(value) => put(index, { ...pair, value })}
          />
          {extra?.(pair, index)}
          <ActionIcon
            aria-label={words.removeRow(pair.name === '' ? `${nameLabel} ${index + 1}` : pair.name)}
            onClick={() => onChange(pairs.filter((_, at) => at !== index))}
          >
            <IconX size={15} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          size="compact-xs"
          leftSection={<IconPlus size={12} aria-hidden />}
          onClick={() => onChange([...pairs, { name: '', value: '' }])}
        >
          {addLabel}
        </Button>
      </div>
    </div>
  );
}

function ValueInput({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  const paste = useLinePaste(value, onChange);
  return (
    <TextInput
      {...paste}
      aria-label={label}
      placeholder={placeholder}
      value={value}
      spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
