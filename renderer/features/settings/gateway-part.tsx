import { Button, NumberInput, Select, Switch, TagsInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { settingWords as words } from '../../strings/settings.ts';
import { Problems } from '../../ui/problems.tsx';
import { CatalogFields } from './catalog-fields.tsx';
import { changeOf } from './change-of.ts';
import classes from './settings.module.css';
import { useSaveSettings } from './use-save-settings.ts';

type Settings = CallValue<'settings.get'>['settings'];
const FIELDS = [
  'port',
  'host',
  'sessionIdleHours',
  'maxSessions',
  'sayWhoAsks',
  'conflicts',
  'prefixFormat',
  'order',
  'allowedOrigins',
] as const;

/** Where the gateway listens, how long sessions last, how names of two backends are kept apart. */
export function GatewayPart({ value }: { value: CallValue<'settings.get'> }): ReactNode {
  const { saving, save, problems } = useSaveSettings(value.revision);
  // What was typed, over what the file says by now: a change from elsewhere takes nothing of it away.
  const [typed, setTyped] = useState<Partial<Settings>>({});
  const draft = { ...value.settings, ...typed };
  const type = (more: Partial<Settings>): void => setTyped((old) => ({ ...old, ...more }));
  const change = changeOf(value.settings, draft, FIELDS);
  const { port, host, sessionIdleHours, maxSessions, sayWhoAsks, allowedOrigins } = draft;
  return (
    <form
      className={classes.fields}
      onSubmit={(event) => {
        event.preventDefault();
        void save(change).then((isSaved) => isSaved && setTyped({}));
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
        onChange={(next) => type({ port: Number(next) })}
      />
      <Select
        label={words.host}
        description={words.hostHint}
        data={(['127.0.0.1', '::1'] as const).map((option) => ({
          value: option,
          label: words.hosts[option],
        }))}
        value={host}
        allowDeselect={false}
        onChange={(next) => type({ host: next ?? '127.0.0.1' })}
      />
      <NumberInput
        label={words.idle}
        value={sessionIdleHours}
        min={0.1}
        onChange={(next) => type({ sessionIdleHours: Number(next) })}
      />
      <NumberInput
        label={words.maxSessions}
        value={maxSessions}
        min={1}
        onChange={(next) => type({ maxSessions: Number(next) })}
      />
      <CatalogFields value={draft} onChange={type} />
      <Switch
        label={words.sayWhoAsks}
        description={words.sayWhoAsksHint}
        checked={sayWhoAsks}
        onChange={(event) => type({ sayWhoAsks: event.currentTarget.checked })}
      />
      <TagsInput
        label={words.origins}
        description={words.originsHint}
        value={allowedOrigins}
        onChange={(next) => type({ allowedOrigins: next })}
      />
      <Problems problems={problems} />
      <div>
        <Button
          type="submit"
          variant="filled"
          disabled={Object.keys(change).length === 0 || value.readOnly}
          loading={saving}
        >
          {words.save}
        </Button>
      </div>
    </form>
  );
}
