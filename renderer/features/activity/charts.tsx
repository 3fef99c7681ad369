import '@mantine/charts/styles.css';
import { BarChart, LineChart } from '@mantine/charts';
import { SegmentedControl } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useClient } from '../../host/client-context.tsx';
import { useAnswer } from '../../host/use-answer.ts';
import { useClock } from '../../stores/clock.ts';
import { common } from '../../strings/common.ts';
import { activityWords as words } from '../../strings/screens.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Pending } from '../../ui/pending.tsx';
import { ScreenBody, Section } from '../../ui/screen.tsx';
import classes from './activity.module.css';
import { byBackend, type Span, type Stats, spanUntil, totals } from './chart-data.ts';
import { ChartFigures } from './chart-figures.tsx';

const MINUTE = 60_000;
const RANGES = { hour: { step: 2 * MINUTE, count: 30 }, day: { step: 60 * MINUTE, count: 24 } } as const;
const REFRESH_MS = 15_000;
const COLOURS = ['accent.5', 'teal.6', 'orange.6', 'grape.5', 'cyan.6', 'pink.5', 'lime.7', 'gray.6'];
const MAX_LINES = COLOURS.length;

/** Latency and failures per backend, as charts and, for those who cannot see them, as a table with the same figures. */
export function Charts(): ReactNode {
  const client = useClient();
  const [range, setRange] = useState<keyof typeof RANGES>('hour');
  const { step, count } = RANGES[range];
  const turn = useClock(({ now }) => Math.floor(now / REFRESH_MS));
  const span = spanUntil(turn * REFRESH_MS, step, count);
  const { answer, reload } = useAnswer(
    () => client.activity.stats({ since: span.since, step }),
    [client, span.since, step, turn],
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
            <EmptyState title={words.chartsEmpty}>{words.chartsEmptyText}</EmptyState>
          ) : (
            <Drawn backends={[...backends].sort((a, b) => b.calls - a.calls)} span={span} />
          )
        }
      </Pending>
    </ScreenBody>
  );
}

function Drawn({ backends, span }: { backends: Stats; span: Span }): ReactNode {
  const shown = backends.slice(0, MAX_LINES);
  const series = shown.map(({ backend }, index) => ({ name: backend, color: COLOURS[index] ?? 'gray.6' }));
  const anyFailed = shown.some(({ failed }) => failed > 0);
  return (
    <div className={classes.charts}>
      <Section title={words.latency} hint={words.latencyHint}>
        <LineChart
          h={240}
          aria-hidden
          data={[...byBackend(shown, span, ({ calls, p50 }) => (calls === 0 ? undefined : p50))]}
          dataKey="time"
          series={series}
          valueFormatter={common.milliseconds}
          yAxisProps={{ width: 70 }}
          dotProps={{ r: 2.5 }}
          withLegend
          curveType="linear"
          connectNulls
          lineChartProps={{ accessibilityLayer: false }}
        />
      </Section>
      <Section title={words.failures} hint={words.failuresHint}>
        {anyFailed ? (
          <BarChart
            h={200}
            aria-hidden
            data={[...byBackend(shown, span, ({ failed }) => (failed === 0 ? undefined : failed))]}
            dataKey="time"
            type="stacked"
            withLegend
            series={series}
            yAxisProps={{ allowDecimals: false }}
            barChartProps={{ accessibilityLayer: false }}
          />
        ) : (
          <p className={classes.well}>{words.failuresNone}</p>
        )}
      </Section>
      <Section title={words.callsAndFailures}>
        <BarChart
          h={200}
          aria-hidden
          data={[...totals(backends, span, words.ok, words.failed)]}
          dataKey="time"
          type="stacked"
          withLegend
          series={[
            { name: words.ok, color: 'accent.4' },
            { name: words.failed, color: 'red.6' },
          ]}
          yAxisProps={{ allowDecimals: false }}
          barChartProps={{ accessibilityLayer: false }}
        />
        <ChartFigures backends={backends} />
      </Section>
    </div>
  );
}
