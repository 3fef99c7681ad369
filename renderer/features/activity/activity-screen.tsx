import { Button, Menu, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { go } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { activityOlder, useActivity } from '../../stores/activity-store.ts';
import { useSnapshot } from '../../stores/gateway-store.ts';
import { activityWords as words } from '../../strings/screens.ts';
import { sessionWords } from '../../strings/sessions.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Patience } from '../../ui/pending.tsx';
import { saveAsFile } from '../../ui/save-as-file.ts';
import { Screen } from '../../ui/screen.tsx';
import { tellDone } from '../../ui/toasts.tsx';
import classes from './activity.module.css';
import { type ActivityFilter, matches, NO_FILTER } from './activity-filter.ts';
import { ActivityTable } from './activity-table.tsx';

const Charts = lazy(async () => ({ default: (await import('./charts.tsx')).Charts }));
const PAGE = 500;
const OUTCOMES = [
  { group: words.callOutcomes, items: itemsOf(sessionWords.outcome) },
  { group: words.changeOutcomes, items: itemsOf(words.change) },
];

function itemsOf(names: Readonly<Record<string, string>>): { value: string; label: string }[] {
  return Object.entries(names).map(([value, label]) => ({ value, label }));
}

/** Calls and changed tools as they come, filtered, charted, exported. */
export function ActivityScreen({ part }: { part: string | undefined; value: string | undefined }): ReactNode {
  const view = part === 'charts' ? 'charts' : 'calls';
  return (
    <Screen
      title={words.title}
      lead={words.lead}
      actions={
        <SegmentedControl
          aria-label={words.view}
          value={view}
          onChange={(next) => go('activity', ...(next === 'charts' ? ['charts'] : []))}
          data={[
            { value: 'calls', label: words.calls },
            { value: 'charts', label: words.charts },
          ]}
        />
      }
    >
      {view === 'charts' ? (
        <Suspense fallback={<Patience />}>
          <Charts />
        </Suspense>
      ) : (
        <Calls />
      )}
    </Screen>
  );
}

function Calls(): ReactNode {
  const client = useClient();
  const entries = useActivity((state) => state.entries);
  const dropped = useActivity((state) => state.dropped);
  const backends = useSnapshot((snapshot) => snapshot.backends);
  const { running, run } = useAction();
  const [filter, setFilter] = useState<ActivityFilter>(NO_FILTER);
  const [total, setTotal] = useState<number>();
  const [next, setNext] = useState<string>();
  // The field answers at once; the rows follow as soon as they are found.
  const applied = useDeferredValue(filter);
  const shown = useMemo(() => entries.filter((entry) => matches(entry, applied)), [entries, applied]);

  useEffect(() => {
    // How much there is beyond what this window holds, and where it goes on.
    void client.activity.query({ limit: PAGE }).then((answer) => {
      if (!answer.ok) return;
      setTotal(answer.value.total);
      setNext(answer.value.next);
    });
  }, [client]);

  const older = async (): Promise<void> => {
    let cursor = next;
    // Several pages a click: 10,000 rows are 20 of them.
    for (let page = 0; page < 5 && cursor !== undefined; page++) {
      const from: string = cursor;
      const answer = await run(() => client.activity.query({ cursor: from, limit: PAGE }));
      if (answer === undefined) return;
      activityOlder(answer.entries);
      cursor = answer.next;
    }
    setNext(cursor);
  };
  const exportAs = async (format: 'csv' | 'jsonl'): Promise<void> => {
    const answer = await run(() =>
      client.activity.export({
        format,
        ...(filter.backend === undefined ? {} : { backend: filter.backend }),
        ...(filter.outcome === undefined ? {} : { outcomes: [filter.outcome] }),
        ...(filter.search === '' ? {} : { search: filter.search }),
      }),
    );
    if (answer === undefined) return;
    saveAsFile(answer.fileName, answer.text);
    tellDone(words.exported(answer.entries));
  };

  return (
    <>
      <div className={classes.filter}>
        <TextInput
          aria-label={words.search}
          placeholder={words.search}
          value={filter.search}
          onChange={(event) => setFilter({ ...filter, search: event.currentTarget.value })}
          w={280}
        />
        <Select
          aria-label={words.backend}
          placeholder={words.anyBackend}
          data={backends.map(({ name }) => name)}
          value={filter.backend ?? null}
          onChange={(backend) => setFilter({ ...filter, backend: backend ?? undefined })}
          clearable
          clearButtonProps={{ 'aria-label': words.anyBackend }}
          w={170}
        />
        <Select
          aria-label={words.outcome}
          placeholder={words.anyOutcome}
          data={OUTCOMES}
          maxDropdownHeight={320}
          value={filter.outcome ?? null}
          onChange={(outcome) =>
            setFilter({ ...filter, outcome: (outcome ?? undefined) as ActivityFilter['outcome'] })
          }
          clearable
          clearButtonProps={{ 'aria-label': words.anyOutcome }}
          w={150}
        />
        <span className={classes.count} role="status">
          {words.rows(shown.length, Math.max(total ?? 0, entries.length))}
          {dropped > 0 ? ` · ${words.dropped(dropped)}` : ''}
        </span>
        {next === undefined ? null : (
          <Button loading={running} onClick={() => void older()}>
            {words.more}
          </Button>
        )}
        <Menu>
          <Menu.Target>
            <Button leftSection={<IconDownload size={14} aria-hidden />}>{words.exportLabel}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void exportAs('csv')}>{words.exportCsv}</Menu.Item>
            <Menu.Item onClick={() => void exportAs('jsonl')}>{words.exportJsonl}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      {shown.length === 0 ? (
        <NothingShown any={entries.length > 0} onClear={() => setFilter(NO_FILTER)} />
      ) : (
        <ActivityTable entries={shown} />
      )}
    </>
  );
}

/** No call at all and no call that matches are two things; the second has a way out. */
function NothingShown({ any, onClear }: { any: boolean; onClear: () => void }): ReactNode {
  if (!any) return <EmptyState title={words.emptyTitle}>{words.emptyText}</EmptyState>;
  return (
    <EmptyState title={words.nothingTitle} actions={<Button onClick={onClear}>{words.noFilter}</Button>}>
      {words.nothingText}
    </EmptyState>
  );
}
