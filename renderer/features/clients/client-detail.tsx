import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { clientWords as words } from '../../strings/screens.ts';
import { StateLabel } from '../../ui/icon-state.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Section } from '../../ui/screen.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { ClientImport } from './client-import.tsx';
import { ClientSnippet } from './client-snippet.tsx';
import classes from './clients.module.css';
import { type ClientLine, stateOf } from './clients-screen.tsx';
import { ConnectPanel } from './connect-panel.tsx';

/** One client: what it can do, its file, connecting it with a preview, and the servers it has already. */
export function ClientDetail({ line, onChange }: { line: ClientLine; onChange: () => void }): ReactNode {
  const { tone, text } = stateOf(line);
  const { abilities, files, lastCallAt, lastCall } = line;
  return (
    <>
      <div className={classes.head}>
        <div>
          <Title order={2} className={classes.title}>
            {line.title}
          </Title>
          <StateLabel tone={tone}>{text}</StateLabel>
        </div>
        {lastCall === undefined ? null : (
          <span>
            {words.lastCall} {line.title} {words.called} <code>{lastCall.target ?? lastCall.backend}</code>{' '}
            <TimeAgo at={lastCall.at} />
          </span>
        )}
        {lastCall !== undefined || lastCallAt === undefined ? null : (
          <span className={classes.dim}>
            {words.seen} <TimeAgo at={lastCallAt} />
          </span>
        )}
      </div>
      <ul className={classes.abilities}>
        <li>{words.by[abilities.connectsBy]}.</li>
        <li>{words.headers[abilities.headers]}.</li>
        {abilities.restartNeeded ? <li>{words.restart}.</li> : null}
        {abilities.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      {files.map((file) => (
        <Section key={file.path} title={words.file}>
          <div>
            <code className={classes.path}>{file.path}</code>{' '}
            <span className={classes.dim}>{words.fileState[file.status]}</span>
          </div>
          <Problems problems={file.problems} />
        </Section>
      ))}
      {abilities.connectsBy === 'copy' ? (
        <ClientSnippet client={line.client} open />
      ) : (
        <>
          <ConnectPanel line={line} onChange={onChange} />
          <ClientImport client={line.client} />
          <ClientSnippet client={line.client} />
        </>
      )}
    </>
  );
}
