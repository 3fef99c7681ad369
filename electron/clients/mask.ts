import { secretName, secretValue } from '../../shared/clients/secret-shape.ts';

const MASK = '\u2022\u2022\u2022\u2022';

// key, separator and value of JSON, YAML and TOML lines; strings may hold escaped quotes.
const PAIR =
  /("(?:[^"\\]|\\.)*"|'[^']*'|[\w.-]+)(\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,{}[\]#"'][^,{}[\]#"']*)/g;
const STRING = /"(?:[^"\\]|\\.)*"|'[^']*'/g;

/**
 * Hides the values of other entries' secrets in a line of a client's file; ours is not known yet when a preview is made.
 * A display form: names and layout stay, values that look secret become dots.
 */
export function maskSecrets(line: string): string {
  const named = line.replaceAll(PAIR, (whole, key: string, separator: string, value: string) =>
    (secretName(unquote(key)) || secretValue(unquote(value))) && !isShown(value)
      ? `${key}${separator}${hidden(value)}`
      : whole,
  );
  return named.replaceAll(STRING, (text) =>
    secretValue(unquote(text)) && !isShown(text) ? hidden(text) : text,
  );
}

/** Placeholders, our own mark and plain switches say nothing secret. */
function isShown(value: string): boolean {
  const text = unquote(value.trim());
  return (
    text === '' ||
    /^(true|false|null|-?\d{1,6})$/.test(text) ||
    text.includes(`\${`) ||
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
