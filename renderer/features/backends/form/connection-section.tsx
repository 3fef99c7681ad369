import { SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Problem } from '../../../../shared/errors/problem.ts';
import { formWords as words } from '../../../strings/backends.ts';
import { type Connection, connectionOfType, type ProcessConnection } from './draft.ts';
import classes from './form.module.css';
import { FormSection } from './form-section.tsx';
import { PairRows } from './pair-rows.tsx';
import { type KnownSecrets, SecretRows } from './secret-rows.tsx';

export interface SecretEditing {
  readonly secrets: Readonly<Record<string, string>>;
  readonly known: KnownSecrets;
  readonly onSecret: (key: string, value: string, oldKey?: string) => void;
}

/** How the backend is reached: an address, or a command with its folder and variables. */
export function ConnectionSection({
  name,
  onName,
  nameProblem,
  connection,
  onChange,
  problems,
  ...secrets
}: {
  name: string;
  onName: (name: string) => void;
  nameProblem: Problem | undefined;
  connection: Connection;
  onChange: (connection: Connection) => void;
  problems: readonly Problem[];
} & SecretEditing): ReactNode {
  return (
    <FormSection section="connection" problems={problems}>
      <TextInput
        label={words.name}
        description={words.nameHint}
        value={name}
        maw={320}
        spellCheck={false}
        error={nameProblem === undefined ? undefined : `${nameProblem.message} ${nameProblem.fix}`}
        onChange={(event) => onName(event.currentTarget.value.trim())}
      />
      <div className={classes.kinds}>
        <SegmentedControl
          aria-label={words.type}
          value={connection.type}
          onChange={(type) => onChange(connectionOfType(connection, type as Connection['type']))}
          data={(['http', 'stdio', 'sse'] as const).map((value) => ({ value, label: words.types[value] }))}
        />
      </div>
      {connection.type === 'stdio' ? (
        <ProcessFields connection={connection} onChange={onChange} {...secrets} />
      ) : (
        <>
          <TextInput
            className={classes.mono}
            label={words.url}
            placeholder="https://example.com/mcp"
            value={connection.url}
            spellCheck={false}
            onChange={(event) => onChange({ ...connection, url: event.currentTarget.value })}
          />
          {connection.sendInClear || /^http:/.test(connection.url) ? (
            <Switch
              label={words.sendInClear}
              checked={connection.sendInClear}
              onChange={(event) => onChange({ ...connection, sendInClear: event.currentTarget.checked })}
            />
          ) : null}
        </>
      )}
    </FormSection>
  );
}

function ProcessFields({
  connection,
  onChange,
  secrets,
  known,
  onSecret,
}: { connection: ProcessConnection; onChange: (connection: Connection) => void } & SecretEditing): ReactNode {
  return (
    <>
      <div className={`${classes.two} ${classes.mono}`}>
        <TextInput
          label={words.command}
          placeholder="npx"
          value={connection.command}
          spellCheck={false}
          onChange={(event) => onChange({ ...connection, command: event.currentTarget.value })}
        />
        <TextInput
          label={words.cwd}
          value={connection.cwd ?? ''}
          spellCheck={false}
          onChange={(event) => {
            const { cwd: _, ...rest } = connection;
            const cwd = event.currentTarget.value;
            onChange(cwd === '' ? rest : { ...rest, cwd });
          }}
        />
      </div>
      <Textarea
        className={classes.mono}
        label={words.arguments}
        value={connection.args.join('\n')}
        autosize
        minRows={2}
        spellCheck={false}
        onChange={(event) => {
          const text = event.currentTarget.value;
          onChange({ ...connection, args: text === '' ? [] : text.split('\n') });
        }}
      />
      <p className={classes.hint}>{words.stdioNeedsApproval}</p>
      <PairRows
        title={words.env}
        pairs={connection.env}
        nameLabel={words.variable}
        valueLabel={words.value}
        addLabel={words.addVariable}
        onChange={(env) => onChange({ ...connection, env })}
      />
      <SecretRows
        kind="env"
        title={words.secretVariables}
        names={connection.secretEnv}
        nameLabel={words.variable}
        addLabel={words.addSecretVariable}
        secrets={secrets}
        known={known}
        onSecret={onSecret}
        onNames={(secretEnv) => onChange({ ...connection, secretEnv })}
      />
      <PairRows
        title={words.envFromHeaders}
        hint={words.envFromHeadersHint}
        pairs={connection.envFromHeaders.map(({ variable, header }) => ({ name: variable, value: header }))}
        nameLabel={words.variable}
        valueLabel={words.header}
        addLabel={words.addMapping}
        onChange={(pairs) =>
          onChange({
            ...connection,
            envFromHeaders: pairs.map(({ name, value }) => ({ variable: name, header: value })),
          })
        }
      />
    </>
  );
}
