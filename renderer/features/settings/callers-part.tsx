import { Button, Select } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { settingWords as words } from '../../strings/settings.ts';
import { Problems } from '../../ui/problems.tsx';
import { type Auth, authProblems, emptyAuth, isUnfinished } from './auth-draft.ts';
import { EmbeddedFields } from './embedded-fields.tsx';
import { GatewaySecrets } from './gateway-secrets.tsx';
import { OidcFields } from './oidc-fields.tsx';
import classes from './settings.module.css';
import { TokenList } from './token-list.tsx';
import { useSaveSettings } from './use-save-settings.ts';

const MODES = ['local', 'embedded', 'oidc', 'anonymous'] as const;

/** Who may call: the mode with its fields, what it keeps in the keychain, and the tokens of single clients. */
export function CallersPart({ value }: { value: CallValue<'settings.get'> }): ReactNode {
  const { saving, save, problems } = useSaveSettings(value.revision);
  const saved = value.settings.auth;
  const [typed, setAuth] = useState<Auth>();
  const auth = typed ?? saved;
  const changed = JSON.stringify(auth) !== JSON.stringify(saved);
  const found = authProblems(auth);
  const wrong = found.some(({ severity }) => severity === 'error');
  return (
    <>
      <form
        className={classes.fields}
        onSubmit={(event) => {
          event.preventDefault();
          void save({ auth }).then((isSaved) => isSaved && setAuth(undefined));
        }}
      >
        <Select
          label={words.mode}
          data={MODES.map((mode) => ({ value: mode, label: words.modes[mode] }))}
          value={auth.mode}
          allowDeselect={false}
          onChange={(mode) => setAuth(mode === saved.mode ? undefined : emptyAuth(mode ?? 'local'))}
        />
        {auth.mode === 'anonymous' ? <p className={classes.warn}>{words.anonymousWarning}</p> : null}
        {saved.mode === 'local' && auth.mode !== 'local' ? (
          <p className={classes.warn}>{words.tokensGone}</p>
        ) : null}
        {auth.mode === 'oidc' ? <OidcFields auth={auth} onChange={setAuth} /> : null}
        {auth.mode === 'embedded' ? <EmbeddedFields auth={auth} onChange={setAuth} /> : null}
        <Problems problems={found.length > 0 ? found : problems} />
        <div>
          <Button
            type="submit"
            variant="filled"
            disabled={!changed || wrong || isUnfinished(auth) || value.readOnly}
            loading={saving}
          >
            {words.saveMode}
          </Button>
        </div>
      </form>
      {saved.mode === 'oidc' || saved.mode === 'embedded' ? <GatewaySecrets mode={saved.mode} /> : null}
      {saved.mode === 'local' ? <TokenList /> : null}
    </>
  );
}
