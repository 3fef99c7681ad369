import { showInvisible } from '../../shared/clients/invisible.ts';
import { maskSecrets } from './mask.ts';

const CONTEXT = 3;

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** A changed part: the number of its first line (from 1) and its lines, with three equal lines around. */
export interface Hunk {
  readonly line: number;
  readonly lines: readonly DiffLine[];
}

const MARKS: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', removed: '-', added: '+' };

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/**
 * The difference of two texts as one hunk or none: our edits are close together, so what changed lies between the equal
 * lines at the start and at the end. Secrets are masked and invisible characters are written out: a display form.
 */
export function diffHunks(before: string, after: string): readonly Hunk[] {
  if (before === after) return [];
  const old = linesOf(before);
  const now = linesOf(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const start = Math.max(0, head - CONTEXT);
  const end = now.length - tail;
  const as = (kind: DiffLine['kind'], lines: readonly string[]): readonly DiffLine[] =>
    lines.map((line) => ({ kind, text: showInvisible(maskSecrets(line.replace(/\r$/, ''))) }));
  const lines = [
    ...as('same', now.slice(start, head)),
    ...as('removed', old.slice(head, old.length - tail)),
    ...as('added', now.slice(head, end)),
    ...as('same', now.slice(end, end + Math.min(CONTEXT, tail))),
  ];
  return [{ line: start + 1, lines }];
}

/** The hunks as a unified diff; `before` is undefined for a file that does not exist yet. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  const hunks = diffHunks(before ?? '', after).flatMap(({ line, lines }) => {
    const old = lines.filter((one) => one.kind !== 'added').length;
    const now = lines.filter((one) => one.kind !== 'removed').length;
    const at = (count: number): number => (count === 0 ? line - 1 : line);
    const head = `@@ -${at(old)},${old} +${at(now)},${now} @@`;
    return [head, ...lines.map((one) => MARKS[one.kind] + one.text)];
  });
  if (hunks.length === 0) return '';
  return [`--- ${before === undefined ? '/dev/null' : path}`, `+++ ${path}`, ...hunks, ''].join('\n');
}
