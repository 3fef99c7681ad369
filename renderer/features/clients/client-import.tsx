import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { go } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { proposeDraft } from '../../stores/proposed-draft.ts';
import { clientWords as words } from '../../strings/screens.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Section } from '../../ui/screen.tsx';
import classes from './clients.module.css';

type Imported = CallValue<'clients.importFrom'>;

/** The servers a client has already, each a proposal with its full command; one by one into the form (IMP-01). */
export function ClientImport({ client }: { client: string }): ReactNode {
  const host = useClient();
  const { running, run } = useAction();
  const [imported, setImported] = useState<Imported>();
  const read = async (): Promise<void> => setImported(await run(() => host.clients.importFrom({ client })));
  return (
    <Section
      title={words.importTitle}
      hint={words.importHint}
      actions={
        <Button loading={running} onClick={() => void read()}>
          {words.importButton}
        </Button>
      }
    >
      {imported === undefined ? null : (
        <div role="status">
          <Problems problems={imported.problems} />
          {imported.drafts.length === 0 ? <p className={classes.dim}>{words.importNone}</p> : null}
          <ul className={classes.abilities}>
            {imported.drafts.map((draft) => (
              <li key={draft.draft}>
                <b>{draft.suggestedName}</b>{' '}
                <ForeignText text={connectionText(draft)} mono max={Number.POSITIVE_INFINITY} />{' '}
                <Button
                  size="compact-xs"
                  aria-label={`${words.importUse}: ${draft.suggestedName}`}
                  onClick={() => {
                    proposeDraft(draft);
                    go('backends', '+');
                  }}
                >
                  {words.importUse}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Section>
  );
}

function connectionText({ form: { connection } }: Imported['drafts'][number]): string {
  return connection.type === 'stdio' ? [connection.command, ...connection.args].join(' ') : connection.url;
}
