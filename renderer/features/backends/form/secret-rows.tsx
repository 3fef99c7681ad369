import { ActionIcon, Button, PasswordInput, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formWords as words } from '../../../strings/backends.ts';
import { useLinePaste } from '../../../ui/line-paste.tsx';
import { type SecretKind, secretKeyOf } from './draft.ts';
import classes from './form.module.css';

/** Which secrets are in the keychain already: `kind/name` to the fingerprint. */
export type KnownSecrets = ReadonlyMap<string, string>;

/** A list of names whose values are write-only: typed, kept by the host, never seen again. */
export function SecretRows({
  kind,
  title,
  hint,
  names,
  nameLabel,
  addLabel,
  secrets,
  known,
  onNames,
  onSecret,
}: {
  kind: SecretKind;
  title: string;
  hint?: string;
  names: readonly string[];
  nameLabel: string;
  addLabel: string;
  secrets: Readonly<Record<string, string>>;
  known: KnownSecrets;
  onNames: (names: string[]) => void;
  onSecret: (key: string, value: string, oldKey?: string) => void;
}): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out beside its hint
    <div className={`${classes.rows} ${classes.mono}`} role="group" aria-label={title}>
      <span className={classes.label}>{title}</span>
      {hint === undefined ? null : <p className={classes.hint}>{hint}</p>}
      {names.map((name, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names change while they are typed
        <div className={classes.pair} key={index}>
          <TextInput
            aria-label={`${nameLabel} ${index + 1}`}
            placeholder={nameLabel}
            value={name}
            spellCheck={false}
            onChange={(event) => {
              const next = event.currentTarget.value;
              const typed = secrets[secretKeyOf(kind, name)];
              onNames(names.map((old, at) => (at === index ? next : old)));
              if (typed !== undefined) onSecret(secretKeyOf(kind, next), typed, secretKeyOf(kind, name));
            }}
          />
          <SecretInput
            label={words.secretField(name === '' ? `${nameLabel} ${index + 1}` : name)}
            fingerprint={known.get(secretKeyOf(kind, name))}
            value={secrets[secretKeyOf(kind, name)] ?? ''}
            onChange={(value) => onSecret(secretKeyOf(kind, name), value)}
          />
          <ActionIcon
            aria-label={words.removeRow(name === '' ? `${nameLabel} ${index + 1}` : name)}
            onClick={() => onNames(names.filter((_, at) => at !== index))}
          >
            <IconX size={15} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          size="compact-xs"
          leftSection={<IconPlus size={12} aria-hidden />}
          onClick={() => onNames([...names, ''])}
        >
          {addLabel}
        </Button>
      </div>
    </div>
  );
}

/** One field for a secret: says that it is set, takes a new value, shows none. */
export function SecretInput({
  label,
  fingerprint,
  value,
  onChange,
  visibleLabel = false,
}: {
  label: string;
  fingerprint: string | undefined;
  value: string;
  onChange: (value: string) => void;
  visibleLabel?: boolean;
}): ReactNode {
  const paste = useLinePaste(value, onChange);
  return (
    <PasswordInput
      {...paste}
      {...(visibleLabel ? { label } : { 'aria-label': label })}
      placeholder={
        fingerprint === undefined ? words.value : `${words.isSet(fingerprint)}, ${words.keepEmpty}`
      }
      value={value}
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
