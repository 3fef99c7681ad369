import { median, medianRatio, rounded } from './numbers.ts';
import type { Series } from './series.ts';

/** One line of the table: a kind of work, what each target needed, and the ratio to the bare proxy. */
export interface Row {
  readonly work: string;
  readonly unit: string;
  readonly values: Readonly<Record<string, number>>;
  /** Above 1: more time or more calls than the proxy; per target. */
  readonly toProxy: Readonly<Record<string, number>>;
  /** For times only: what the target adds to the direct way, over what the proxy adds. */
  readonly addedToProxy: Readonly<Record<string, number>>;
}

const PROXY = 'bare proxy';
const DIRECT = 'direct';

/** Sums the series up, in the order in which they were measured. */
export function rowsOf(series: readonly Series[]): Row[] {
  return [...new Set(series.map(({ work }) => work))].map((work) => {
    const own = series.filter((one) => one.work === work);
    const chunksOf = (target: string) => own.find((one) => one.target === target)?.chunks;
    const proxy = chunksOf(PROXY);
    const base = chunksOf(DIRECT);
    const unit = own[0]?.unit ?? '';
    const others = own.filter(({ target }) => target !== PROXY && target !== DIRECT);
    const added = (chunks: readonly number[]): number => median(chunks) - median(base ?? []);
    const perTarget = (value: (chunks: readonly number[]) => number): Record<string, number> =>
      Object.fromEntries(others.map(({ target, chunks }) => [target, rounded(value(chunks))]));
    return {
      work,
      unit,
      values: Object.fromEntries(own.map(({ target, chunks }) => [target, rounded(median(chunks), 1)])),
      toProxy: proxy === undefined ? {} : perTarget((chunks) => medianRatio(chunks, proxy)),
      addedToProxy:
        proxy === undefined || base === undefined || unit === 'calls/s' || work.startsWith('CPU')
          ? {}
          : perTarget((chunks) => added(chunks) / added(proxy)),
    };
  });
}

/** The table as text: one column per target, then the ratios of each gateway. */
export function tableOf(rows: readonly Row[]): string {
  const targets = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const gateways = targets.filter((target) => target !== PROXY && target !== DIRECT);
  const head = [
    'work',
    'unit',
    ...targets,
    ...gateways.flatMap((name) => [`${name} : proxy`, `added : proxy's added`]),
  ];
  const lines = rows.map(({ work, unit, values, toProxy, addedToProxy }) => [
    work,
    unit,
    ...targets.map((target) => text(values[target])),
    ...gateways.flatMap((name) => [text(toProxy[name]), text(addedToProxy[name])]),
  ]);
  const widths = head.map((_, at) => Math.max(...[head, ...lines].map((line) => line[at]?.length ?? 0)));
  const pad = (line: readonly string[]): string =>
    line
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  return [head, ...lines].map(pad).join('\n');
}

function text(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : String(value);
}
