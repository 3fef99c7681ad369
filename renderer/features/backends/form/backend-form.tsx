import { Button, Title } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import type { BackendForm } from '../../../../shared/control/backend-form.ts';
import type { Failure } from '../../../../shared/control/result.ts';
import { go, href } from '../../../app/router.ts';
import { useClient } from '../../../host/client-context.tsx';
import { revisionWritten, useSnapshot } from '../../../stores/gateway-store.ts';
import { takeProposedDraft } from '../../../stores/proposed-draft.ts';
import { formWords as words } from '../../../strings/backends.ts';
import { Problems } from '../../../ui/problems.tsx';
import { tellDone } from '../../../ui/toasts.tsx';
import { ConnectionSection } from './connection-section.tsx';
import {
  type Connection,
  changedSections,
  type Draft,
  draftProblems,
  problemsElsewhere,
  problemsIn,
  SECTION_FIELDS,
  type SectionName,
  secretWrites,
} from './draft.ts';
import classes from './form.module.css';
import { FormFoot } from './form-foot.tsx';
import { AdvancedSection, IdentitySection, ToolsSection } from './further-sections.tsx';
import { HeadersSection } from './headers-section.tsx';
import { PasteBox, type PasteDraft } from './paste-box.tsx';
import { SaveFailure } from './save-failure.tsx';
import type { KnownSecrets } from './secret-rows.tsx';
import { SignInSection } from './sign-in-section.tsx';

/** The form of one backend: judged while it is typed, saved as a whole. */
export function BackendFormView({
  before,
  existing,
  revision,
  known,
  reload,
}: {
  before: Draft;
  existing: string | undefined;
  revision: string;
  known: KnownSecrets;
  reload?: () => void;
}): ReactNode {
  const client = useClient();
  const allowlist = useSnapshot((snapshot) => snapshot.passthroughHeaders);
  const authMode = useSnapshot((snapshot) => snapshot.authMode);
  const port = useSnapshot(({ gateway }) => ('port' in gateway ? gateway.port : undefined));
  const [pasted, setPasted] = useState<PasteDraft | undefined>(() =>
    existing === undefined ? takeProposedDraft() : undefined,
  );
  const [draft, setDraft] = useState(() =>
    pasted === undefined ? before : { name: pasted.suggestedName, form: pasted.form, secrets: {} },
  );
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<Failure>();

  const problems = useMemo(
    () => draftProblems(draft, { allowlist, authMode, port }),
    [draft, allowlist, authMode, port],
  );
  const changed = changedSections(before, draft);
  const at = (section: SectionName): ReturnType<typeof problemsIn> =>
    changed.length === 0 && existing === undefined
      ? []
      : problemsIn(problems, draft.name, SECTION_FIELDS[section]);

  const setForm = (form: BackendForm): void => setDraft((old) => ({ ...old, form }));
  const setConnection = (connection: Connection): void =>
    setDraft((old) => ({ ...old, form: { ...old.form, connection } }));
  const secretEditing = {
    secrets: draft.secrets,
    known,
    onSecret: (key: string, value: string, oldKey?: string): void =>
      setDraft((old) => {
        const { [oldKey ?? '']: _, ...rest } = old.secrets;
        return { ...old, secrets: { ...rest, [key]: value } };
      }),
  };
  const { connection } = draft.form;

  const save = async (): Promise<void> => {
    setSaving(true);
    const secrets = secretWrites(draft);
    const { name, form } = draft;
    const answer =
      existing === undefined
        ? await client.backends.add({
            revision,
            name,
            form,
            secrets,
            ...(pasted === undefined ? {} : { draft: pasted.draft }),
            replace: pasted?.replaces === name,
          })
        : await client.backends.edit({
            revision,
            name: existing,
            form,
            secrets,
            ...(name === existing ? {} : { newName: name }),
          });
    setSaving(false);
    if (!answer.ok) return setFailure(answer.error);
    revisionWritten(answer.value.revision);
    tellDone(
      `${existing === undefined ? words.added(name) : words.saved(name)} ${answer.value.effects.summary}`,
    );
    go('backends', name);
  };

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Title order={2} className={classes.title}>
        {existing === undefined ? words.addTitle : words.editTitle(existing)}
      </Title>
      {existing === undefined ? (
        <PasteBox
          onDraft={(found) => {
            setPasted(found);
            setDraft({ name: found.suggestedName, form: found.form, secrets: {} });
          }}
        />
      ) : null}
      <ConnectionSection
        name={draft.name}
        onName={(name) => setDraft((old) => ({ ...old, name }))}
        nameProblem={draft.name === '' ? undefined : problems.find(({ place }) => place === 'name')}
        connection={connection}
        onChange={setConnection}
        problems={isBlank(connection) ? [] : at('connection')}
        {...secretEditing}
      />
      {connection.type === 'stdio' ? null : (
        <>
          <HeadersSection
            connection={connection}
            onChange={setConnection}
            allowlist={allowlist}
            problems={at('headers')}
            {...secretEditing}
          />
          <SignInSection
            connection={connection}
            onChange={setConnection}
            problems={at('signIn')}
            {...secretEditing}
          />
        </>
      )}
      <IdentitySection connection={connection} onChange={setConnection} problems={at('identity')} />
      <ToolsSection form={draft.form} onChange={setForm} problems={at('tools')} />
      <AdvancedSection form={draft.form} onChange={setForm} problems={at('advanced')} />
      <Problems problems={changed.length === 0 ? [] : problemsElsewhere(problems, draft.name)} withPlace />
      {failure === undefined ? null : <SaveFailure failure={failure} reload={reload} />}
      <FormFoot
        draft={draft}
        existing={existing}
        changed={changed}
        wrong={problems.filter(({ severity }) => severity === 'error').length}
      >
        <Button component="a" href={existing === undefined ? href('backends') : href('backends', existing)}>
          {words.cancel}
        </Button>
        <Button
          type="submit"
          variant="filled"
          loading={saving}
          disabled={changed.length === 0 || problems.some(({ severity }) => severity === 'error')}
        >
          {existing === undefined ? words.add : words.save}
        </Button>
      </FormFoot>
    </form>
  );
}

// A field that nobody has filled yet is no mistake; saving is not possible until it is filled.
function isBlank(connection: Connection): boolean {
  return connection.type === 'stdio' ? connection.command === '' : connection.url === '';
}
