/** One `[header]` of a TOML text and the range of its own lines. */
export interface TomlTable {
  readonly path: readonly string[];
  readonly array: boolean;
  readonly start: number;
  /** Behind the line end of the table's last key; comments and blank lines after it belong to what follows. */
  readonly end: number;
}

// TOML 1.0: a key is bare, or quoted on one line. Only texts that a TOML parser has accepted come here.
const KEY_PART = /\s*(?:([A-Za-z0-9_-]+)|"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(\.|\]|$)/y;

function headerPath(line: string, from: number): readonly string[] {
  const path: string[] = [];
  KEY_PART.lastIndex = from;
  for (;;) {
    const match = KEY_PART.exec(line);
    if (match === null) return path;
    path.push(match[1] ?? (match[2] === undefined ? (match[3] ?? '') : unescapeBasic(match[2])));
    if (match[4] !== '.') return path;
  }
}

function unescapeBasic(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g, (_, short, long, letter) => {
    const code = short ?? long;
    if (typeof code === 'string') return String.fromCodePoint(Number.parseInt(code, 16));
    return { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' }[String(letter)] ?? String(letter);
  });
}

/** Offset behind a string that begins at `at`; the four kinds of TOML strings. */
function skipString(text: string, at: number): number {
  const quote = text[at] ?? '';
  const long = text.startsWith(quote.repeat(3), at);
  let position = at + (long ? 3 : 1);
  while (position < text.length) {
    if (quote === '"' && text[position] === '\\') position += 2;
    else if (!long && text[position] === quote) return position + 1;
    else if (long && text.startsWith(quote.repeat(3), position)) {
      position += 3;
      // Up to two more quotes may belong to the string itself.
      while (text[position] === quote) position++;
      return position;
    } else position++;
  }
  return position;
}

/** Offset behind the line end of the statement that begins at `at`: values may span lines in strings, arrays and tables. */
function endOfStatement(text: string, at: number): number {
  let depth = 0;
  let position = at;
  while (position < text.length) {
    const character = text[position];
    if (character === '"' || character === "'") {
      position = skipString(text, position);
      continue;
    }
    if (character === '#') {
      const end = text.indexOf('\n', position);
      position = end === -1 ? text.length : end;
      continue;
    }
    if (character === '[' || character === '{') depth++;
    if (character === ']' || character === '}') depth--;
    position++;
    if (character === '\n' && depth <= 0) return position;
  }
  return position;
}

/** The tables of a valid TOML text in their order; keys before the first header are not listed. */
export function tomlTables(text: string): readonly TomlTable[] {
  const tables: TomlTable[] = [];
  let open: TomlTable | undefined;
  let position = 0;
  while (position < text.length) {
    const rest = /^[ \t]*/.exec(text.slice(position, position + 1024))?.[0].length ?? 0;
    const at = position + rest;
    const end = endOfStatement(text, position);
    const first = text[at];
    if (first === '[') {
      if (open !== undefined) tables.push(open);
      const array = text[at + 1] === '[';
      open = { path: headerPath(text.slice(at, end), array ? 2 : 1), array, start: position, end };
    } else if (
      open !== undefined &&
      first !== undefined &&
      first !== '#' &&
      first !== '\n' &&
      first !== '\r'
    ) {
      open = { ...open, end };
    }
    position = end;
  }
  return open === undefined ? tables : [...tables, open];
}
