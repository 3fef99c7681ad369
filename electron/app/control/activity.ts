import type { CallAnswer, CallInput, ControlApi } from '../../../shared/control/contract.ts';
import { activityCsv } from './activity-csv.ts';
import { backendStats } from './activity-stats.ts';
import type { ControlContext } from './context.ts';
import { activityView } from './views/activity-view.ts';

type EntryView = CallAnswer<'activity.query'>['entries'][number];
type Filter = Omit<CallInput<'activity.export'>, 'format'>;

/** The calls about what happened to calls and tools: names, figures and outcomes; no arguments, no answers, no header values. */
export function activityApi(context: ControlContext): ControlApi['activity'] {
  const { patchbay, now } = context;
  return {
    async query({ cursor, limit, ...filter }) {
      const found = filtered(context, filter);
      const from = cursor === undefined ? 0 : found.findIndex(({ id }) => Number(id) < Number(cursor));
      const start = from < 0 ? found.length : from;
      const entries = found.slice(start, start + limit);
      const last = entries.at(-1);
      const isMore = start + limit < found.length && last !== undefined;
      return { entries, total: found.length, ...(isMore ? { next: last.id } : {}) };
    },
    stats: async ({ since, step }) => ({
      backends: backendStats(patchbay.activity.calls(), since, step, now()),
    }),
    async export({ format, ...filter }) {
      const entries = filtered(context, filter);
      const text =
        format === 'csv'
          ? activityCsv(entries)
          : entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      const day = new Date(now()).toISOString().slice(0, 10);
      return { fileName: `patchbay-activity-${day}.${format}`, text, entries: entries.length };
    },
  };
}

/** Newest first. */
function filtered({ patchbay, scrub }: ControlContext, filter: Filter): EntryView[] {
  const views: EntryView[] = [];
  const entries = patchbay.activity.entries();
  for (let at = entries.length - 1; at >= 0; at--) {
    const entry = entries[at];
    if (entry === undefined) continue;
    const view = activityView(entry, scrub.text);
    if (matches(view, filter)) views.push(view);
  }
  return views;
}

function matches(entry: EntryView, filter: Filter): boolean {
  const { client, session, backend, target, outcomes, since, until, search } = filter;
  const isEqual = (wanted: string | undefined, found: string | undefined): boolean =>
    wanted === undefined || wanted === found;
  return (
    isEqual(client, entry.kind === 'call' ? entry.client : undefined) &&
    isEqual(session, entry.kind === 'call' ? entry.session : undefined) &&
    isEqual(backend, entry.backend) &&
    (target === undefined || toolsOf(entry).includes(target)) &&
    (outcomes === undefined || outcomes.includes(entry.outcome)) &&
    (since === undefined || entry.at >= since) &&
    (until === undefined || entry.at <= until) &&
    (search === undefined || search === '' || isFound(entry, search.toLowerCase()))
  );
}

function isFound(entry: EntryView, search: string): boolean {
  const texts = entry.kind === 'call' ? [entry.client, entry.method, entry.code] : [];
  return [entry.backend, ...toolsOf(entry), ...texts].some(
    (text) => text?.toLowerCase().includes(search) === true,
  );
}

function toolsOf(entry: EntryView): readonly (string | undefined)[] {
  return entry.kind === 'call' ? [entry.target] : entry.tools;
}
