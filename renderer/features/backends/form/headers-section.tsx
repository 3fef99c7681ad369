import { Button, MultiSelect } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Problem } from '../../../../shared/errors/problem.ts';
import { formWords as words } from '../../../strings/backends.ts';
import { AuthorizationNote } from './authorization-note.tsx';
import type { SecretEditing } from './connection-section.tsx';
import { type RemoteConnection, secretKeyOf } from './draft.ts';
import classes from './form.module.css';
import { FormSection } from './form-section.tsx';
import { PairRows } from './pair-rows.tsx';
import { SecretRows } from './secret-rows.tsx';

/** Plain and secret headers of one backend, and the listed headers that it does not get. */
export function HeadersSection({
  connection,
  onChange,
  allowlist,
  problems,
  secrets,
  known,
  onSecret,
}: {
  connection: RemoteConnection;
  onChange: (connection: RemoteConnection) => void;
  allowlist: readonly string[];
  problems: readonly Problem[];
} & SecretEditing): ReactNode {
  const makeSecret = (index: number): void => {
    const moved = connection.headers[index];
    if (moved === undefined) return;
    onSecret(secretKeyOf('header', moved.name), moved.value);
    onChange({
      ...connection,
      headers: connection.headers.filter((_, at) => at !== index),
      secretHeaders: [...connection.secretHeaders, moved.name],
    });
  };
  const excepted = [...new Set([...allowlist, ...connection.passthroughExcept])];
  return (
    <FormSection section="headers" problems={problems}>
      <PairRows
        title={words.plainHeaders}
        hint={words.plainHint}
        pairs={connection.headers}
        nameLabel={words.header}
        valueLabel={words.value}
        addLabel={words.addHeader}
        onChange={(headers) => onChange({ ...connection, headers })}
        extra={(pair, index) => (
          <Button
            size="compact-xs"
            leftSection={<IconLock size={12} aria-hidden />}
            aria-label={words.makeSecretName(pair.name)}
            disabled={pair.name === ''}
            onClick={() => makeSecret(index)}
          >
            {words.makeSecret}
          </Button>
        )}
      />
      <SecretRows
        kind="header"
        title={words.secretHeaders}
        hint={words.secretHint}
        names={connection.secretHeaders}
        nameLabel={words.header}
        addLabel={words.addSecretHeader}
        secrets={secrets}
        known={known}
        onSecret={onSecret}
        onNames={(secretHeaders) => onChange({ ...connection, secretHeaders })}
      />
      <AuthorizationNote connection={connection} onChange={onChange} secrets={secrets} onSecret={onSecret} />
      {excepted.length === 0 ? (
        <p className={classes.hint}>{words.exceptNone}</p>
      ) : (
        <MultiSelect
          label={words.exceptTitle}
          description={words.exceptHint}
          data={excepted}
          value={connection.passthroughExcept}
          onChange={(passthroughExcept) => onChange({ ...connection, passthroughExcept })}
          clearable
        />
      )}
    </FormSection>
  );
}
