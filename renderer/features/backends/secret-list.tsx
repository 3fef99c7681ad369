import { Button, PasswordInput } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import type { SecretValue } from '../../../shared/control/vocabulary.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { backendWords as words } from '../../strings/backends.ts';
import { common } from '../../strings/common.ts';
import { StateLabel } from '../../ui/icon-state.tsx';
import { useLinePaste } from '../../ui/line-paste.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { tellDone } from '../../ui/toasts.tsx';
import classes from './backend-detail.module.css';

type SecretLine = CallValue<'backends.get'>['secrets'][number];

/** The secrets of a backend: set or not, told apart by a fingerprint, replaced and removed; never shown. */
export function SecretList({
  secrets,
  onChange,
}: {
  secrets: readonly SecretLine[];
  onChange: () => void;
}): ReactNode {
  return (
    <ul className={classes.secrets} aria-label={words.secretsTitle}>
      {secrets.map((secret) => (
        <SecretRow key={`${secret.kind} ${secret.name}`} secret={secret} onChange={onChange} />
      ))}
    </ul>
  );
}

function SecretRow({
  secret: { backend, kind, name, status, fingerprint, setAt, from },
  onChange,
}: {
  secret: SecretLine;
  onChange: () => void;
}): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const [typed, setTyped] = useState<string>();
  const paste = useLinePaste(typed ?? '', setTyped);
  const opener = useRef<HTMLButtonElement>(null);
  const isOpen = typed !== undefined;
  const wasOpen = useRef(false);
  const target = { backend, kind, name };

  // Saved or given up: back to the button that opened the field.
  useEffect(() => {
    if (wasOpen.current && !isOpen) opener.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);

  const save = async (): Promise<void> => {
    if (typed === undefined || typed === '') return;
    const done = await run(() => client.secrets.set({ ...target, value: typed as SecretValue }));
    setTyped(undefined);
    if (done === undefined) return;
    tellDone(words.secretSaved(name));
    onChange();
  };
  const remove = async (): Promise<void> => {
    const done = await run(() => client.secrets.remove(target));
    if (done === undefined) return;
    tellDone(words.secretRemoved(name));
    onChange();
  };

  return (
    <li className={classes.secret}>
      <span className={classes.secretName}>{name}</span>
      <span className={classes.dim}>{words.secretKind[kind]}</span>
      {status === 'set' ? (
        <>
          <StateLabel tone="ok">{words.secretSet}</StateLabel>
          {fingerprint === undefined ? null : <code>#{fingerprint}</code>}
          {setAt === undefined ? null : (
            <span className={classes.dim}>
              {words.secretSince} <TimeAgo at={setAt} /> · {words.secretFrom[from]}
            </span>
          )}
        </>
      ) : (
        <StateLabel tone={status === 'missing' ? 'warn' : 'locked'}>
          {status === 'missing' ? words.secretMissing : words.secretUnknown}
        </StateLabel>
      )}
      <span className={classes.gap} />
      {from === 'environment' ? null : typed === undefined ? (
        <span className={classes.secretActions}>
          <Button
            size="compact-xs"
            ref={opener}
            onClick={() => setTyped('')}
            aria-label={`${status === 'set' ? words.replace : words.set}: ${name}`}
          >
            {status === 'set' ? words.replace : words.set}
          </Button>
          {status === 'set' ? (
            <Button
              size="compact-xs"
              loading={running}
              aria-label={`${common.remove}: ${name}`}
              onClick={() => void remove()}
            >
              {common.remove}
            </Button>
          ) : null}
        </span>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
          style={{ display: 'flex', gap: 6 }}
        >
          <PasswordInput
            {...paste}
            aria-label={words.secretValue(name)}
            placeholder={words.newValue}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            w={220}
            ref={focusOnMount}
          />
          <Button type="submit" loading={running} disabled={typed === ''}>
            {common.save}
          </Button>
          <Button onClick={() => setTyped(undefined)}>{common.cancel}</Button>
        </form>
      )}
    </li>
  );
}

/** The field that a click opened takes the focus. */
function focusOnMount(input: HTMLInputElement | null): void {
  input?.focus();
}
