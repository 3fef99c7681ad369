import { NumberInput, SegmentedControl, Select, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { BackendForm } from '../../../../shared/control/backend-form.ts';
import type { Problem } from '../../../../shared/errors/problem.ts';
import { formWords as words } from '../../../strings/backends.ts';
import type { Connection } from './draft.ts';
import classes from './form.module.css';
import { FormSection } from './form-section.tsx';

/** Whether the backend is told who calls, and what exactly it would see. */
export function IdentitySection({
  connection,
  onChange,
  problems,
}: {
  connection: Connection;
  onChange: (connection: Connection) => void;
  problems: readonly Problem[];
}): ReactNode {
  if (connection.type === 'stdio') {
    return (
      <FormSection section="identity" problems={problems}>
        <p className={classes.hint}>{words.identityProcess}</p>
      </FormSection>
    );
  }
  const setting = connection.identityHeaders;
  return (
    <FormSection section="identity" problems={problems}>
      <div>
        <SegmentedControl
          aria-label={words.identity}
          value={setting}
          onChange={(value) => onChange({ ...connection, identityHeaders: value as typeof setting })}
          data={(['auto', 'on', 'off'] as const).map((value) => ({
            value,
            label: words.identityOptions[value],
          }))}
        />
      </div>
      <p className={classes.preview}>{words.identityPreview[setting]}</p>
      {setting === 'off' ? null : <p className={classes.hint}>{words.identityProof}</p>}
    </FormSection>
  );
}

/** What happens when a tool changes; single tools are edited on their own screen. */
export function ToolsSection({
  form,
  onChange,
  problems,
}: {
  form: BackendForm;
  onChange: (form: BackendForm) => void;
  problems: readonly Problem[];
}): ReactNode {
  return (
    <FormSection section="tools" problems={problems}>
      <Select
        label={words.changedTools}
        data={(['warn', 'hold'] as const).map((value) => ({ value, label: words.changedOptions[value] }))}
        value={form.tools.changed}
        allowDeselect={false}
        maw={420}
        onChange={(value) =>
          onChange({ ...form, tools: { ...form.tools, changed: value === 'hold' ? 'hold' : 'warn' } })
        }
      />
      <p className={classes.hint}>{words.toolsElsewhere}</p>
    </FormSection>
  );
}

/** What is seldom touched. */
export function AdvancedSection({
  form,
  onChange,
  problems,
}: {
  form: BackendForm;
  onChange: (form: BackendForm) => void;
  problems: readonly Problem[];
}): ReactNode {
  return (
    <FormSection section="advanced" problems={problems}>
      <Switch
        label={words.enabled}
        checked={form.enabled}
        onChange={(event) => onChange({ ...form, enabled: event.currentTarget.checked })}
      />
      <div className={classes.two}>
        <TextInput
          label={words.titleField}
          value={form.title ?? ''}
          onChange={(event) => {
            const { title: _, ...rest } = form;
            const title = event.currentTarget.value;
            onChange(title === '' ? rest : { ...rest, title });
          }}
        />
        <NumberInput
          label={words.timeout}
          value={form.timeoutSeconds}
          min={1}
          max={600}
          onChange={(value) => onChange({ ...form, timeoutSeconds: Number(value) })}
        />
        <Select
          label={words.era}
          data={(['auto', 'legacy', 'modern'] as const).map((value) => ({ value, label: words.eras[value] }))}
          value={form.era}
          allowDeselect={false}
          onChange={(value) => onChange({ ...form, era: (value ?? 'auto') as BackendForm['era'] })}
        />
      </div>
    </FormSection>
  );
}
