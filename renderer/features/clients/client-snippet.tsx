import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useClient } from '../../host/client-context.tsx';
import { useAnswer } from '../../host/use-answer.ts';
import { clientWords as words } from '../../strings/screens.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { Pending } from '../../ui/pending.tsx';
import { Section } from '../../ui/screen.tsx';
import classes from './clients.module.css';

/** The entry to paste by hand, with a mark where the token goes. */
export function ClientSnippet({ client, open = false }: { client: string; open?: boolean }): ReactNode {
  const [shown, setShown] = useState(open);
  return (
    <Section
      title={words.snippetTitle}
      actions={shown ? undefined : <Button onClick={() => setShown(true)}>{words.snippetTitle}</Button>}
    >
      {shown ? <Snippet client={client} /> : null}
    </Section>
  );
}

function Snippet({ client }: { client: string }): ReactNode {
  const host = useClient();
  const { answer, reload } = useAnswer(() => host.clients.snippet({ client }), [host, client]);
  return (
    <Pending answer={answer} reload={reload}>
      {({ text, steps }) => (
        <>
          <ol>
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          <CopyText value={text} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <pre className={classes.pre} tabIndex={0}>
            {text}
          </pre>
        </>
      )}
    </Pending>
  );
}
