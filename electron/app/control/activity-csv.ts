import type { CallAnswer } from '../../../shared/control/contract.ts';

type EntryView = CallAnswer<'activity.query'>['entries'][number];

const COLUMNS = [
  'at',
  'client',
  'session',
  'backend',
  'method',
  'target',
  'outcome',
  'duration',
  'bytesIn',
  'bytesOut',
  'code',
  'kind',
  'tools',
] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string | number | undefined>>;

/** The entries as CSV (RFC 4180), with one line of names. */
export function activityCsv(entries: readonly EntryView[]): string {
  const lines = entries.map((entry) => {
    const row = rowOf(entry);
    return COLUMNS.map((column) => cell(String(row[column] ?? ''))).join(',');
  });
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

/** `tools` is how many tools have changed; their names stand where a call has its tool's, as far as they are known. */
function rowOf(entry: EntryView): Row {
  const at = new Date(entry.at).toISOString();
  if (entry.kind === 'call') return { ...entry, at };
  const { kind, backend, outcome, tools, count } = entry;
  return { at, kind, backend, outcome, target: tools.join('; '), tools: count };
}

/** Quoted where needed. A text that a spreadsheet would take for a formula is led by an apostrophe (CWE-1236). */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
