import { Button, Select, TagsInput, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { settingWords as words } from '../../strings/screens.ts';
import classes from './settings.module.css';
import { TokenList } from './token-list.tsx';
import { useSaveSettings } from './use-save-settings.ts';

type Auth = CallValue<'settings.get'>['settings']['auth'];
const MODES = ['local', 'embedded', 'oidc', 'anonymous'] as const;

/** Who may call: the mode with its fields, and the tokens of single clients. */
export function CallersPart({ value }: { value: CallValue<'settings.get'> }): ReactNode {
  const { saving, save } = useSaveSettings(value.revision);
  const [auth, setAuth] = useState(value.settings.auth);
  const changed = JSON.stringify(auth) !== JSON.stringify(value.settings.auth);
  return (
    <>
      <form
        className={classes.fields}
        onSubmit={(event) => {
          event.preventDefault();
          void save({ auth });
        }}
      >
        <Select
          label={words.mode}
          data={MODES.map((mode) => ({ value: mode, label: words.modes[mode] }))}
          value={auth.mode}
          allowDeselect={false}
          onChange={(mode) => setAuth(emptyAuth((mode ?? 'local') as Auth['mode']))}
        />
        {auth.mode === 'anonymous' ? <p className={classes.warn}>{words.anonymousWarning}</p> : null}
        {auth.mode === 'oidc' ? (
          <>
            <TextInput
              label={words.issuer}
              value={auth.issuer}
              onChange={(event) => setAuth({ ...auth, issuer: event.currentTarget.value })}
            />
            <TextInput
              label={words.audience}
              value={auth.audience}
              onChange={(event) => setAuth({ ...auth, audience: event.currentTarget.value })}
            />
            <TagsInput
              label={words.scopes}
              value={auth.requiredScopes}
              onChange={(requiredScopes) => setAuth({ ...auth, requiredScopes })}
            />
          </>
        ) : null}
        {auth.mode === 'embedded'
          ? (
              [
                ['sub', words.profileSub],
                ['email', words.profileEmail],
                ['name', words.profileName],
              ] as const
            ).map(([claim, label]) => (
              <TextInput
                key={claim}
                label={label}
                value={auth.profile[claim] ?? ''}
                onChange={(event) => {
                  const { [claim]: _, ...rest } = auth.profile;
                  const text = event.currentTarget.value;
                  setAuth({ ...auth, profile: text === '' ? rest : { ...rest, [claim]: text } });
                }}
              />
            ))
          : null}
        <div>
          <Button type="submit" variant="filled" disabled={!changed || value.readOnly} loading={saving}>
            {words.saveMode}
          </Button>
        </div>
      </form>
      <TokenList />
    </>
  );
}

function emptyAuth(mode: Auth['mode']): Auth {
  switch (mode) {
    case 'local':
    case 'anonymous':
      return { mode };
    case 'oidc':
      return { mode, issuer: '', audience: '', requiredScopes: [] };
    case 'embedded':
      return { mode, profile: {} };
  }
}
