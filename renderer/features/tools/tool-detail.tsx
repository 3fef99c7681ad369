import { Button, Title } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { revisionWritten, useGateway } from '../../stores/gateway-store.ts';
import { toolWords as words } from '../../strings/screens.ts';
import { DiffView } from '../../ui/diff-view.tsx';
import { Facts } from '../../ui/facts.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import { lineDiff } from '../../ui/line-diff.ts';
import { Patience } from '../../ui/pending.tsx';
import { Section } from '../../ui/screen.tsx';
import { tellDone } from '../../ui/toasts.tsx';
import { OverrideForm } from './override-form.tsx';
import classes from './tools.module.css';
import type { CatalogItem } from './tools-screen.tsx';

const TryTool = lazy(async () => ({ default: (await import('./try-tool.tsx')).TryTool }));

/** One entry of the catalog: its two names, its definition, what the user did to it, and a form to try it. */
export function ToolDetail({ item }: { item: CatalogItem }): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const [editing, setEditing] = useState<'rename' | 'describe'>();
  const [trying, setTrying] = useState(false);
  const { backend, original, advertised, definition, overrides, shown, kind } = item;
  const rule = { backend, tool: original };
  const save = async (call: () => Promise<Awaited<ReturnType<typeof client.tools.hide>>>): Promise<void> => {
    const done = await run(call);
    if (done === undefined) return;
    revisionWritten(done.revision);
    setEditing(undefined);
    tellDone(words.saved);
  };
  return (
    <>
      <div className={classes.head}>
        <Title order={2} className={classes.title}>
          <ForeignText text={advertised ?? original} mono max={120} />
        </Title>
        <div className={classes.actions}>
          <Button onClick={() => setEditing('rename')}>{words.rename}</Button>
          <Button onClick={() => setEditing('describe')}>{words.describe}</Button>
          <Button
            loading={running}
            onClick={() =>
              void save(() =>
                client.tools.hide({ ...rule, revision: currentRevision(), hidden: shown !== 'hidden' }),
              )
            }
          >
            {shown === 'hidden' ? words.show : words.hide}
          </Button>
        </div>
      </div>
      {item.changed === undefined ? null : <ChangedTool item={item} />}
      {editing === undefined ? null : (
        <OverrideForm
          key={editing}
          title={(editing === 'rename' ? words.renameTitle : words.describeTitle)(original)}
          label={editing === 'rename' ? words.newName : words.newDescription}
          long={editing === 'describe'}
          start={(editing === 'rename' ? overrides.rename : overrides.describe) ?? ''}
          onClose={() => setEditing(undefined)}
          onSave={(text) =>
            void save(() =>
              editing === 'rename'
                ? client.tools.rename({ ...rule, revision: currentRevision(), to: text })
                : client.tools.describe({ ...rule, revision: currentRevision(), text }),
            )
          }
        />
      )}
      <Facts
        facts={[
          [words.backend, backend],
          [words.original, <ForeignText key="original" text={original} mono max={120} />],
          [
            words.advertised,
            advertised === undefined ? words.notAdvertised : <code key="name">{advertised}</code>,
          ],
          [words.kindLabel, `${words.oneKind[kind]}, ${words.shown[shown]}`],
        ]}
      />
      <Section title={words.description}>
        <ForeignText text={overrides.describe ?? definition.description ?? ''} block max={1_200} />
        {definition.clipped ? <p className={classes.dim}>{words.clipped}</p> : null}
      </Section>
      <Section title={words.schema}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <pre className={classes.pre} tabIndex={0}>
          <ForeignText text={asText(definition.inputSchema)} max={6_000} />
        </pre>
      </Section>
      {kind === 'tool' && advertised !== undefined ? (
        <Section title={words.tryTitle} hint={words.tryHint}>
          {trying ? (
            <Suspense fallback={<Patience />}>
              <TryTool name={advertised} schema={definition.inputSchema} />
            </Suspense>
          ) : (
            <Button onClick={() => setTrying(true)}>{words.tryOpen}</Button>
          )}
        </Section>
      ) : null}
    </>
  );
}

function ChangedTool({ item }: { item: CatalogItem }): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const { backend, original, definition, changed, shown } = item;
  if (changed === undefined) return null;
  const approve = async (): Promise<void> => {
    const done = await run(() =>
      client.tools.approve({ backend, tool: original, digest: definition.digest }),
    );
    if (done !== undefined) tellDone(words.approved);
  };
  return (
    <section className={classes.changed} aria-label={words.changedTitle}>
      <p>
        <StateLabel tone="warn">{words.changedTitle}</StateLabel>
      </p>
      <p>
        {words.changedText} {shown === 'held-back' ? words.heldText : ''}
      </p>
      <DiffView
        label={words.changedTitle}
        lines={lineDiff(wholeText(changed.before), wholeText(definition))}
      />
      <Button variant="filled" loading={running} onClick={() => void approve()}>
        {words.approve}
      </Button>
    </section>
  );
}

function wholeText({ title, description, inputSchema }: CatalogItem['definition']): string {
  return [title ?? '', description ?? '', asText(inputSchema)].filter((part) => part !== '').join('\n\n');
}

function asText(json: unknown): string {
  return JSON.stringify(json, undefined, 2) ?? '';
}

function currentRevision(): string {
  return useGateway.getState().snapshot?.revision ?? '';
}
