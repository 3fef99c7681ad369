import { Select, TagsInput, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Problem } from '../../../../shared/errors/problem.ts';
import { formWords as words } from '../../../strings/backends.ts';
import { STRATEGY_FIELD } from './authorization-note.tsx';
import type { SecretEditing } from './connection-section.tsx';
import { authFieldsOf, authSecretOf, type RemoteConnection, type Strategy, secretKeyOf } from './draft.ts';
import classes from './form.module.css';
import { FormSection } from './form-section.tsx';
import { SecretInput } from './secret-rows.tsx';

const STRATEGIES = Object.keys(words.strategies) as Strategy[];

/** How the backend is called: the strategy, its fields, and its one secret. */
export function SignInSection({
  connection,
  onChange,
  problems,
  secrets,
  known,
  onSecret,
}: {
  connection: RemoteConnection;
  onChange: (connection: RemoteConnection) => void;
  problems: readonly Problem[];
} & SecretEditing): ReactNode {
  const { auth } = connection;
  const secret = authSecretOf(auth.strategy);
  return (
    <FormSection section="signIn" problems={problems}>
      <Select
        id={STRATEGY_FIELD}
        label={words.strategy}
        data={STRATEGIES.map((value) => ({ value, label: words.strategies[value] }))}
        value={auth.strategy}
        allowDeselect={false}
        maw={420}
        onChange={(strategy) =>
          onChange({ ...connection, auth: { ...auth, strategy: (strategy ?? 'none') as Strategy } })
        }
      />
      <div className={classes.two}>
        {authFieldsOf(auth.strategy).map((field) =>
          field === 'scopes' ? (
            <TagsInput
              key={field}
              label={words.authField.scopes}
              value={auth.scopes ?? []}
              onChange={(scopes) => onChange({ ...connection, auth: { ...auth, scopes } })}
            />
          ) : (
            <TextInput
              key={field}
              label={words.authField[field]}
              value={auth[field] ?? ''}
              spellCheck={false}
              onChange={(event) =>
                onChange({ ...connection, auth: { ...auth, [field]: event.currentTarget.value } })
              }
            />
          ),
        )}
        {secret === undefined ? null : (
          <SecretInput
            visibleLabel
            label={words.authSecret[secret]}
            fingerprint={known.get(secretKeyOf('auth', secret))}
            value={secrets[secretKeyOf('auth', secret)] ?? ''}
            onChange={(value) => onSecret(secretKeyOf('auth', secret), value)}
          />
        )}
      </div>
    </FormSection>
  );
}
