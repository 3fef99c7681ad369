import { showInvisible } from '../../shared/clients/invisible.ts';
import { secretName, secretValue } from '../../shared/clients/secret-shape.ts';

const CONTEXT = 3;
const MASK = '\u2022\u2022\u2022\u2022';

// key, separator and value of JSON, YAML and TOML lines; strings may hold escaped quotes.
const PAIR = /("(?:[^"\\]|\\.)*"|'[^']*'|[\w.-]+)(\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,{}[\]#"']+)/g;
const STRING = /"(?:[^"\\]|\\.)*"|'[^']*'/g;

/**
 * Hides the values of other entries' secrets in a line of a client's file; ours is not known yet when a preview is made.
 * A display form: names and layout stay, values that look secret become dots.
 */
export function maskSecrets(line: string): string {
  const named = line.replaceAll(PAIR, (whole, key: string, separator: string, value: string) =>
    secretName(unquote(key)) && !isShown(value) ? `${key}${separator}${hidden(value)}` : whole,
  );
  return named.replaceAll(STRING, (text) =>
    secretValue(unquote(text)) && !isShown(text) ? hidden(text) : text,
  );
}

/** Placeholders, our own marker and plain switches say nothing secret. */
function isShown(value: string): boolean {
  const text = unquote(value);
  return (
    text === '' ||
    /^(true|false|null|-?\d{1,6})$/.test(text) ||
    text.includes('${') ||
    text.includes('<token>')
  );
}

function unquote(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

function hidden(value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? '';
  return quote + MASK + quote;
}

function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/**
 * A unified diff of two texts with one hunk: our edits are close together, so the changed part is what lies between the
 * equal lines at the start and at the end. Secrets are masked and invisible characters are written out.
 */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  const old = linesOf(before ?? '');
  const now = linesOf(after);
  if (before === after) return '';
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const start = Math.max(0, head - CONTEXT);
  const rest = Math.min(CONTEXT, tail);
  const oldCount = old.length - tail + rest - start;
  const newCount = now.length - tail + rest - start;
  const line = (mark: string) => (text: string) => mark + showInvisible(maskSecrets(text.replace(/\r$/, '')));
  return [
    `--- ${before === undefined ? '/dev/null' : path}`,
    `+++ ${path}`,
    `@@ -${oldCount === 0 ? start : start + 1},${oldCount} +${newCount === 0 ? start : start + 1},${newCount} @@`,
    ...now.slice(start, head).map(line(' ')),
    ...old.slice(head, old.length - tail).map(line('-')),
    ...now.slice(head, now.length - tail).map(line('+')),
    ...now.slice(now.length - tail, now.length - tail + rest).map(line(' ')),
    '',
  ].join('\n');
}
