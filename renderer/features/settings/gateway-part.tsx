import { Button, NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { settingWords as words } from '../../strings/screens.ts';
import classes from './settings.module.css';
import { useSaveSettings } from './use-save-settings.ts';

/** Where the gateway listens, how long sessions last, how names of two backends are kept apart. */
export function GatewayPart({ value }: { value: CallValue<'settings.get'> }): ReactNode {
  const { saving, save } = useSaveSettings(value.revision);
  const [draft, setDraft] = useState(value.settings);
  const changed = JSON.stringify(draft) !== JSON.stringify(value.settings);
  const { port, sessionIdleHours, maxSessions, conflicts, prefixFormat, allowedOrigins } = draft;
  return (
    <form
      className={classes.fields}
      onSubmit={(event) => {
        event.preventDefault();
        void save({ port, sessionIdleHours, maxSessions, conflicts, prefixFormat, allowedOrigins });
      }}
    >
      <p className={classes.dim}>
        {words.file} <code>{value.configFile}</code>
      </p>
      <NumberInput
        label={words.port}
        description={words.portHint}
        value={port}
        min={0}
        max={65_535}
        thousandSeparator=""
        onChange={(next) => setDraft({ ...draft, port: Number(next) })}
      />
      <NumberInput
        label={words.idle}
        value={sessionIdleHours}
        min={0.1}
        onChange={(next) => setDraft({ ...draft, sessionIdleHours: Number(next) })}
      />
      <NumberInput
        label={words.maxSessions}
        value={maxSessions}
        min={1}
        onChange={(next) => setDraft({ ...draft, maxSessions: Number(next) })}
      />
      <Select
        label={words.conflicts}
        data={(['prefix', 'priority', 'manual'] as const).map((option) => ({
          value: option,
          label: words.conflictOptions[option],
        }))}
        value={conflicts}
        allowDeselect={false}
        onChange={(next) => setDraft({ ...draft, conflicts: (next ?? 'prefix') as typeof conflicts })}
      />
      {conflicts === 'prefix' ? (
        <TextInput
          label={words.prefixFormat}
          value={prefixFormat}
          onChange={(event) => setDraft({ ...draft, prefixFormat: event.currentTarget.value })}
        />
      ) : null}
      <TagsInput
        label={words.origins}
        description={words.originsHint}
        value={allowedOrigins}
        onChange={(next) => setDraft({ ...draft, allowedOrigins: next })}
      />
      <div>
        <Button type="submit" variant="filled" disabled={!changed || value.readOnly} loading={saving}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}
