import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { foldName } from '../../../shared/headers/name.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { revisionWritten, useGateway } from '../../stores/gateway-store.ts';
import { common } from '../../strings/common.ts';
import { headerWords as words } from '../../strings/headers.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Section } from '../../ui/screen.tsx';
import { tellDone, tellRemoved } from '../../ui/toasts.tsx';
import { AddName } from './add-name.tsx';
import {
  draftChanges,
  draftNames,
  dropDraft,
  nameLines,
  typedProblems,
  useAllowlistDraft,
} from './allowlist-draft.ts';
import classes from './allowlist-editor.module.css';
import { NameRow } from './name-row.tsx';
import { collisionsFor, type FoundCollision } from './table-collisions.ts';
import { useWayOut } from './use-way-out.ts';

/** The allowlist as a list to edit: judged while it is typed, saved as a whole, and only when nothing is wrong. */
export function AllowlistEditor({
  saved,
  typed,
  onType,
  collisions,
  settled,
}: {
  saved: CallValue<'headers.list'>;
  typed: string;
  onType: (name: string) => void;
  collisions: readonly FoundCollision[];
  settled: boolean;
}): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const draft = useAllowlistDraft();
  const current = useGateway(({ snapshot }) => snapshot?.revision);
  const names = draft.names ?? saved.headers.map(({ name }) => name);
  const lines = nameLines(names, saved);
  const change = (next: readonly string[]): void => draftNames(next, saved.revision);

  const remove = (name: string): void => {
    const before = useAllowlistDraft.getState();
    const kept = (before.names ?? names).filter((item) => foldName(item) !== foldName(name));
    if (foldName(typed) === foldName(name)) onType('');
    if (kept.length === (before.names ?? names).length) return;
    change(kept);
    tellRemoved(words.undoRemoval(name), Date.now() + 8_000, () => change(names));
  };
  const solve = useWayOut(remove, (revision) => {
    // The draft goes on, on the state of the file that this very window has just written.
    if (draft.names !== undefined) useAllowlistDraft.setState({ revision });
  });
  const typedFaults = typedProblems(typed, names);
  const typedCollisions = settled && typed !== '' ? collisionsFor(collisions, typed) : [];
  const wrong =
    lines.some(({ inForce }) => !inForce) ||
    lines.some(({ name }) => collisionsFor(collisions, name).length > 0);
  const stale = draft.names !== undefined && draft.revision !== current;
  const changes = draftChanges(names, saved);

  const save = async (): Promise<void> => {
    const done = await run(() =>
      client.headers.set({ revision: draft.revision ?? saved.revision, names: [...names] }),
    );
    if (done === undefined) return;
    revisionWritten(done.revision);
    dropDraft();
    tellDone(words.saved);
  };

  return (
    <Section title={words.listTitle} hint={words.listHint}>
      <div className={classes.box}>
        {lines.length === 0 ? (
          <EmptyState title={words.emptyTitle}>{words.emptyText}</EmptyState>
        ) : (
          <ul className={classes.lines} aria-label={words.listTitle}>
            {lines.map((line) => (
              <NameRow
                key={line.name}
                line={line}
                collisions={collisionsFor(collisions, line.name)}
                onRemove={() => remove(line.name)}
                onSolve={(way) => void solve(way)}
              />
            ))}
          </ul>
        )}
        <AddName
          typed={typed}
          onType={onType}
          problems={typedFaults}
          collisions={typedCollisions}
          onAdd={() => {
            change([...names, typed]);
            onType('');
          }}
          onSolve={(way) => void solve(way)}
        />
        {draft.names === undefined ? null : (
          <div className={classes.foot} role="status">
            {stale ? (
              <span className={classes.stale}>
                <b>{common.staleTitle}.</b> {common.staleText}
              </span>
            ) : (
              <span>
                {words.changes(changes.added, changes.removed)}
                {wrong ? ` · ${words.cannotSave}` : ''}
              </span>
            )}
            <span className={classes.gap} />
            <Button onClick={dropDraft}>{stale ? common.loadNewest : words.discard}</Button>
            <Button
              variant="filled"
              onClick={() => void save()}
              loading={running}
              disabled={wrong || stale || !settled}
            >
              {words.save}
            </Button>
          </div>
        )}
      </div>
    </Section>
  );
}
