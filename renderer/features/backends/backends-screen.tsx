import { Button, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { memo, type ReactNode, useDeferredValue, useState } from 'react';
import { href } from '../../app/router.ts';
import { useSnapshot } from '../../stores/gateway-store.ts';
import { backendWords as words } from '../../strings/backends.ts';
import { common } from '../../strings/common.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StateIcon } from '../../ui/icon-state.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Split, SplitRow, SplitRows } from '../../ui/split.tsx';
import { BackendDetail } from './backend-detail.tsx';
import { type BackendLine, backendTone } from './backend-words.ts';
import classes from './backends-screen.module.css';
import { BackendEditor } from './form/backend-editor.tsx';
import { Proposal } from './proposal.tsx';

const FILTER_FROM = 12;

/** All backends, and the chosen one: how it is, or its form. `+` stands for one that is being added, `+` and a text for a proposal. */
export function BackendsScreen({
  chosen,
  mode,
}: {
  chosen: string | undefined;
  mode: string | undefined;
}): ReactNode {
  const backends = useSnapshot((snapshot) => snapshot.backends);
  const known = backends.find(({ name }) => name === chosen);
  return (
    <Screen
      title={words.title}
      lead={words.lead}
      actions={
        <Button
          component="a"
          href={href('backends', '+')}
          variant="filled"
          leftSection={<IconPlus size={14} aria-hidden />}
        >
          {words.add}
        </Button>
      }
    >
      <Split
        listLabel={words.listLabel}
        list={<BackendList backends={backends} chosen={chosen} />}
        backTo={chosen === undefined ? undefined : href('backends')}
        detailLabel={common.detailOf(words.title)}
        detail={chosen === undefined && backends.length === 0 ? null : detailOf(chosen, mode, known)}
      />
    </Screen>
  );
}

function detailOf(
  chosen: string | undefined,
  mode: string | undefined,
  known: BackendLine | undefined,
): ReactNode {
  if (chosen === undefined) return <EmptyState title={words.chooseTitle}>{words.chooseText}</EmptyState>;
  if (chosen === '+' && mode !== undefined) return <Proposal key={mode} text={mode} />;
  if (chosen === '+') return <BackendEditor key="+" name={undefined} />;
  if (known === undefined) return <EmptyState title={words.gone} />;
  return mode === 'edit' ? (
    <BackendEditor key={`edit ${chosen}`} name={chosen} />
  ) : (
    <BackendDetail key={chosen} line={known} />
  );
}

function BackendList({
  backends,
  chosen,
}: {
  backends: readonly BackendLine[];
  chosen: string | undefined;
}): ReactNode {
  const [filter, setFilter] = useState('');
  // The field answers at once; the rows follow as soon as they are found.
  const applied = useDeferredValue(filter.toLowerCase());
  if (backends.length === 0) {
    return (
      <EmptyState
        title={words.emptyTitle}
        actions={
          <Button component="a" href={href('backends', '+')}>
            {words.add}
          </Button>
        }
      >
        {words.emptyText}
      </EmptyState>
    );
  }
  const shown = backends.filter(({ name }) => name.toLowerCase().includes(applied));
  return (
    <>
      {backends.length < FILTER_FROM ? null : (
        <TextInput
          className={classes.filter}
          aria-label={words.filter}
          placeholder={words.filter}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      <SplitRows label={words.listLabel}>
        {shown.map((line) => (
          <BackendRow key={line.name} line={line} active={line.name === chosen} />
        ))}
      </SplitRows>
      {shown.length === 0 ? <EmptyState title={common.nothingFound} /> : null}
    </>
  );
}

const BackendRow = memo(function BackendRow({
  line: { name, transport, status, tools, callsPerMinute, inClear },
  active,
}: {
  line: BackendLine;
  active: boolean;
}): ReactNode {
  const facts = [
    words.transports[transport],
    ...(tools === undefined ? [] : [words.tools(tools)]),
    ...(callsPerMinute > 0 ? [words.perMinute(callsPerMinute)] : []),
  ];
  return (
    <SplitRow to={href('backends', name)} active={active}>
      <span className={classes.row}>
        <span className={classes.top}>
          <StateIcon tone={backendTone(status.state)} />
          <b>{name}</b>
          <span className={classes.state} data-tone={backendTone(status.state)}>
            {words.state[status.state]}
          </span>
        </span>
        <span className={classes.facts}>{facts.join(' · ')}</span>
        {'reason' in status ? <span className={classes.reason}>{status.reason}</span> : null}
        {inClear ? <span className={classes.reason}>{words.inClear}</span> : null}
      </span>
    </SplitRow>
  );
});
