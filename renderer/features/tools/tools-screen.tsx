import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { href } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAnswer } from '../../host/use-answer.ts';
import { useGateway } from '../../stores/gateway-store.ts';
import { common } from '../../strings/common.ts';
import { toolWords as words } from '../../strings/screens.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateIcon, StateLabel, type Tone } from '../../ui/icon-state.tsx';
import { Pending } from '../../ui/pending.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Split, SplitRow, SplitRows } from '../../ui/split.tsx';
import { FurtherTool } from './further-tool.tsx';
import { ToolDetail } from './tool-detail.tsx';
import classes from './tools.module.css';

type Catalog = CallValue<'tools.catalog'>;
export type CatalogItem = Catalog['items'][number];
type Kind = keyof typeof words.kind;

const TONES: Readonly<Record<CatalogItem['shown'], Tone>> = {
  listed: 'ok',
  hidden: 'off',
  'held-back': 'warn',
  conflict: 'bad',
};

/** The merged catalog: what clients see, from which backend, and what was done to it. */
export function ToolsScreen({
  backend,
  tool,
}: {
  backend: string | undefined;
  tool: string | undefined;
}): ReactNode {
  const client = useClient();
  const turn = useGateway(({ turns }) => turns.tools);
  const configTurn = useGateway((state) => state.configTurn);
  const [search, setSearch] = useState('');
  const [kind, setKind] = useState<Kind>('all');
  const [settled] = useDebouncedValue(search, 150);
  const { answer, reload } = useAnswer(
    () =>
      client.tools.catalog({
        limit: 500,
        ...(kind === 'all' ? {} : { kind }),
        ...(settled === '' ? {} : { search: settled }),
      }),
    [client, kind, settled, turn, configTurn],
  );
  const items = answer.state === 'ready' ? answer.value.items : [];
  const chosen = items.find((item) => item.backend === backend && item.original === tool);
  return (
    <Screen title={words.title} lead={words.lead}>
      <Split
        listLabel={words.listLabel}
        list={
          <>
            <div className={classes.filter}>
              <TextInput
                aria-label={words.search}
                placeholder={words.search}
                value={search}
                onChange={(event) => setSearch(event.currentTarget.value)}
              />
              <SegmentedControl
                aria-label={words.kindLabel}
                fullWidth
                value={kind}
                onChange={(value) => setKind(value as Kind)}
                data={(['all', 'tool', 'resource', 'prompt'] as const).map((value) => ({
                  value,
                  label: words.kind[value],
                }))}
              />
            </div>
            <Pending answer={answer} reload={reload}>
              {(catalog) => (
                <CatalogList catalog={catalog} chosen={chosen} narrowed={kind !== 'all' || settled !== ''} />
              )}
            </Pending>
          </>
        }
        backTo={tool === undefined ? undefined : href('tools')}
        detailLabel={common.detailOf(words.title)}
        detail={
          chosen !== undefined ? (
            <ToolDetail key={`${chosen.backend} ${chosen.original}`} item={chosen} />
          ) : answer.state === 'ready' && backend !== undefined && tool !== undefined ? (
            <FurtherTool key={`${backend} ${tool}`} backend={backend} tool={tool} />
          ) : (
            <EmptyState title={words.chooseTitle}>{words.chooseText}</EmptyState>
          )
        }
      />
    </Screen>
  );
}

/** What waits for somebody stands above the rest: nobody has to look for it among hundreds. */
function attentionFirst(items: Catalog['items']): Catalog['items'] {
  const waits = (item: CatalogItem): boolean =>
    item.changed !== undefined || item.shown === 'held-back' || item.shown === 'conflict';
  return items.some(waits) ? [...items.filter(waits), ...items.filter((item) => !waits(item))] : items;
}

function CatalogList({
  catalog,
  chosen,
  narrowed,
}: {
  catalog: Catalog;
  chosen: CatalogItem | undefined;
  /** By a search or a kind: nothing found is not nothing there. */
  narrowed: boolean;
}): ReactNode {
  if (catalog.items.length === 0) {
    return narrowed ? (
      <EmptyState title={common.nothingFound} />
    ) : (
      <EmptyState
        title={words.emptyTitle}
        actions={
          <Button component="a" href={href('backends')}>
            {words.emptyAction}
          </Button>
        }
      >
        {words.emptyText}
      </EmptyState>
    );
  }
  return (
    <>
      {catalog.conflicts.map(({ name, message, fix }) => (
        <div key={name} className={classes.conflict}>
          <StateLabel tone="bad">{words.conflictsTitle}</StateLabel>
          <div>
            {message} {fix}
          </div>
        </div>
      ))}
      <p className={classes.total}>{words.total(catalog.total)}</p>
      <SplitRows label={words.listLabel}>
        {attentionFirst(catalog.items).map((item) => (
          <SplitRow
            key={`${item.kind} ${item.backend} ${item.original}`}
            to={href('tools', item.backend, item.original)}
            active={item === chosen}
          >
            <span className={classes.row}>
              <span className={classes.name}>
                <StateIcon tone={TONES[item.shown]} label={words.shown[item.shown]} />
                <ForeignText text={item.advertised ?? item.original} mono max={60} cutOnly />
                {item.changed === undefined ? null : <StateLabel tone="warn">{words.changed}</StateLabel>}
              </span>
              <span className={classes.sub}>
                {item.backend} · {words.shown[item.shown]}
              </span>
            </span>
          </SplitRow>
        ))}
      </SplitRows>
    </>
  );
}
