import '@mantine/charts/styles.css';
import { BarChart, LineChart } from '@mantine/charts';
import { SegmentedControl, Table } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAnswer } from '../../host/use-answer.ts';
import { common } from '../../strings/common.ts';
import { activityWords as words } from '../../strings/screens.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Pending } from '../../ui/pending.tsx';
import { clockTime } from '../../ui/relative-time.ts';
import { ScreenBody, Section } from '../../ui/screen.tsx';
import classes from './activity.module.css';

const HOUR = 3_600_000;
const RANGES = {
  hour: { length: HOUR, step: HOUR / 30 },
  day: { length: 24 * HOUR, step: HOUR },
} as const;
const COLOURS = ['accent.5', 'teal.6', 'orange.6', 'grape.5', 'cyan.6', 'pink.5', 'lime.7', 'gray.6'];
const MAX_LINES = COLOURS.length;

type Stats = CallValue<'activity.stats'>['backends'];

/** Latency and failures per backend, as charts and, for those who cannot see them, as a table with the same figures. */
export function Charts(): ReactNode {
  const client = useClient();
  const [range, setRange] = useState<keyof typeof RANGES>('hour');
  const { length, step } = RANGES[range];
  const { answer, reload } = useAnswer(
    () => client.activity.stats({ since: Date.now() - length, step }),
    [client, length, step],
  );
  return (
    <ScreenBody label={words.charts}>
      <SegmentedControl
        aria-label={words.range}
        mb={20}
        value={range}
        onChange={(value) => setRange(value as keyof typeof RANGES)}
        data={(['hour', 'day'] as const).map((value) => ({ value, label: words.ranges[value] }))}
      />
      <Pending answer={answer} reload={reload}>
        {({ backends }) =>
          backends.every(({ calls }) => calls === 0) ? (
            <EmptyState title={words.chartsEmpty} />
          ) : (
            <Drawn backends={[...backends].sort((a, b) => b.calls - a.calls).slice(0, MAX_LINES)} />
          )
        }
      </Pending>
    </ScreenBody>
  );
}

function Drawn({ backends }: { backends: Stats }): ReactNode {
  const series = backends.map(({ backend }, index) => ({ name: backend, color: COLOURS[index] ?? 'gray.6' }));
  return (
    <div className={classes.charts}>
      <Section title={words.latency}>
        <LineChart
          h={260}
          aria-hidden
          data={byStep(backends, ({ calls, p50 }) => (calls === 0 ? undefined : p50))}
          dataKey="time"
          series={series}
          valueFormatter={common.milliseconds}
          yAxisProps={{ width: 70 }}
          withDots={false}
          withLegend
          curveType="linear"
          connectNulls
          lineChartProps={{ accessibilityLayer: false }}
        />
      </Section>
      <Section title={words.callsAndFailures}>
        <BarChart
          h={220}
          aria-hidden
          data={totals(backends)}
          dataKey="time"
          type="stacked"
          withLegend
          series={[
            { name: words.ok, color: 'accent.4' },
            { name: words.failed, color: 'red.6' },
          ]}
          barChartProps={{ accessibilityLayer: false }}
        />
        <Figures backends={backends} />
      </Section>
    </div>
  );
}

function Figures({ backends }: { backends: Stats }): ReactNode {
  const figure = (value: number | undefined): string =>
    value === undefined ? '' : common.milliseconds(value);
  return (
    <Table mt={16} aria-label={words.tableLabel(words.callsAndFailures)}>
      <Table.Thead>
        <Table.Tr>
          {[words.backend, words.calls, words.failed, words.p50, words.p95, words.p99].map((title) => (
            <Table.Th key={title}>{title}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {backends.map(({ backend, calls, failed, p50, p95, p99 }) => (
          <Table.Tr key={backend}>
            <Table.Td fw={600}>{backend}</Table.Td>
            <Table.Td>{calls.toLocaleString('en')}</Table.Td>
            <Table.Td>{failed.toLocaleString('en')}</Table.Td>
            <Table.Td>{figure(p50)}</Table.Td>
            <Table.Td>{figure(p95)}</Table.Td>
            <Table.Td>{figure(p99)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

type Step = Stats[number]['steps'][number];

function byStep(
  backends: Stats,
  pick: (step: Step) => number | undefined,
): Record<string, string | number | null>[] {
  const times = [...new Set(backends.flatMap(({ steps }) => steps.map(({ at }) => at)))].sort(
    (a, b) => a - b,
  );
  return times.map((at) =>
    Object.fromEntries([
      ['time', clockTime(at)],
      ...backends.map(({ backend, steps }) => {
        const step = steps.find((found) => found.at === at);
        return [backend, (step === undefined ? undefined : pick(step)) ?? null];
      }),
    ]),
  );
}

function totals(backends: Stats): Record<string, string | number>[] {
  const sums = new Map<number, { calls: number; failed: number }>();
  for (const { at, calls, failed } of backends.flatMap(({ steps }) => steps)) {
    const sum = sums.get(at) ?? { calls: 0, failed: 0 };
    sums.set(at, { calls: sum.calls + calls, failed: sum.failed + failed });
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([at, { calls, failed }]) => ({
      time: clockTime(at),
      [words.ok]: calls - failed,
      [words.failed]: failed,
    }));
}
