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
] as const;

/** The entries as CSV (RFC 4180), with one line of names. */
export function activityCsv(entries: readonly EntryView[]): string {
  const rows = entries.map((entry) =>
    COLUMNS.map((column) => {
      const value = entry[column];
      return cell(column === 'at' ? new Date(entry.at).toISOString() : String(value ?? ''));
    }).join(','),
  );
  return [COLUMNS.join(','), ...rows, ''].join('\r\n');
}

/** Quoted where needed. A text that a spreadsheet would take for a formula is led by an apostrophe (CWE-1236). */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
