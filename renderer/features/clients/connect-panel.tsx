import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { clientWords as words } from '../../strings/screens.ts';
import { DiffView } from '../../ui/diff-view.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Section } from '../../ui/screen.tsx';
import { tellDone, tellFailure, tellRemoved } from '../../ui/toasts.tsx';
import classes from './clients.module.css';
import type { ClientLine } from './clients-screen.tsx';

type Preview = CallValue<'clients.preview'>;

/** Connects or disconnects a client: first what would be written, then the writing, then a way back. */
export function ConnectPanel({ line, onChange }: { line: ClientLine; onChange: () => void }): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const [preview, setPreview] = useState<Preview>();
  const connected = line.files.some((file) => file.connected);
  const action = connected ? 'disconnect' : 'connect';

  const show = async (): Promise<void> => {
    setPreview(await run(() => client.clients.preview({ client: line.client, action })));
  };
  const apply = async (id: string): Promise<void> => {
    const done = await run(() => client.clients.apply({ preview: id }));
    if (done === undefined) return;
    setPreview(undefined);
    onChange();
    const message = connected ? words.removedFrom(line.title) : words.applied(line.title);
    tellRemoved(`${message} ${done.after.join(' ')}`, Date.now() + 20_000, () => {
      void client.clients.undo({ undo: done.undo }).then((undone) => {
        if (!undone.ok) return tellFailure(undone.error);
        tellDone(words.undone);
        onChange();
      });
    });
  };

  return (
    <Section
      title={connected ? words.disconnect : words.connect}
      actions={
        preview === undefined ? (
          <Button variant={connected ? 'default' : 'filled'} loading={running} onClick={() => void show()}>
            {connected ? words.disconnect : words.connect}…
          </Button>
        ) : undefined
      }
    >
      {preview === undefined ? null : (
        <>
          <p>
            <b>{words.previewTitle}.</b> <span className={classes.dim}>{words.previewHint}</span>
          </p>
          <Problems problems={preview.problems} />
          {preview.files.map(({ path, hunks }) => (
            <div key={path}>
              <code className={classes.path}>{path}</code>
              {hunks.map((hunk) => (
                <div key={hunk.line}>
                  <span className={classes.dim}>{words.line(hunk.line)}</span>
                  <DiffView lines={hunk.lines} label={`${words.previewTitle}: ${path}`} />
                </div>
              ))}
            </div>
          ))}
          {preview.after.length === 0 ? null : (
            <p className={classes.dim}>
              {words.after}: {preview.after.join(' ')}
            </p>
          )}
          <Button
            variant="filled"
            loading={running}
            disabled={preview.problems.some(({ severity }) => severity === 'error')}
            onClick={() => void apply(preview.preview)}
          >
            {words.apply}
          </Button>
        </>
      )}
    </Section>
  );
}
