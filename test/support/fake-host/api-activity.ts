import type { ActivityEntry, CallEntry } from '../../../shared/control/activity.ts';
import type { CallInput, ControlApi } from '../../../shared/control/contract.ts';
import type { World } from './world.ts';

type Filter = Omit<CallInput<'activity.query'>, 'limit' | 'cursor'>;

/** The calls about calls. */
export function activityApi(world: World): ControlApi['activity'] {
  return {
    query: async ({ limit, cursor, ...filter }) => {
      const start = cursor === undefined ? 0 : Number(cursor);
      const found = world.activity.filter((entry) => matches(entry, filter));
      const end = start + limit;
      return {
        entries: found.slice(start, end),
        total: found.length,
        ...(end < found.length ? { next: String(end) } : {}),
      };
    },
    stats: async ({ since, step }) => ({
      backends: [...new Set(world.activity.flatMap(({ backend }) => backend ?? []))].map((backend) => {
        const entries = callsOf(world).filter((entry) => entry.backend === backend && entry.at >= since);
        const starts = Math.ceil((Date.now() - since) / step);
        return {
          backend,
          ...counts(entries),
          p50: quantile(entries, 0.5),
          p95: quantile(entries, 0.95),
          p99: quantile(entries, 0.99),
          steps: Array.from({ length: starts }, (_, index) => {
            const at = since + index * step;
            const inStep = entries.filter((entry) => entry.at >= at && entry.at < at + step);
            return { at, ...counts(inStep), p50: quantile(inStep, 0.5) };
          }),
        };
      }),
    }),
    export: async ({ format, ...filter }) => {
      const found = world.activity.filter((entry) => matches(entry, filter));
      const lines = found.map((entry) =>
        format === 'jsonl' ? JSON.stringify(entry) : [entry.at, ...namesOf(entry), entry.outcome].join(),
      );
      return { fileName: `activity.${format}`, text: lines.join('\n'), entries: found.length };
    },
  };
}

function matches(entry: ActivityEntry, filter: Filter): boolean {
  return (
    (filter.client === undefined || (entry.kind === 'call' && entry.client === filter.client)) &&
    (filter.session === undefined || (entry.kind === 'call' && entry.session === filter.session)) &&
    (filter.backend === undefined || entry.backend === filter.backend) &&
    (filter.outcomes === undefined || filter.outcomes.includes(entry.outcome)) &&
    (filter.search === undefined ||
      [...namesOf(entry), entry.backend].join(' ').toLowerCase().includes(filter.search.toLowerCase()))
  );
}

function callsOf({ activity }: World): CallEntry[] {
  return activity.filter((entry) => entry.kind === 'call');
}

function namesOf(entry: ActivityEntry): readonly string[] {
  return entry.kind === 'call' ? [entry.client, entry.target ?? ''] : ['', ...entry.tools];
}

function counts(entries: readonly ActivityEntry[]): { calls: number; failed: number } {
  const failed = entries.filter(({ outcome }) => outcome === 'failed' || outcome === 'tool-error').length;
  return { calls: entries.length, failed };
}

function quantile(entries: readonly CallEntry[], part: number): number {
  const sorted = entries.map(({ duration }) => duration ?? 0).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
}
