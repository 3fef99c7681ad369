/** A command line as words. Quotes and backslashes as a shell reads them; nothing is expanded and nothing runs. */
export type Words = { readonly ok: true; readonly words: readonly string[] } | { readonly ok: false };

/** Splits a pasted command line. Not ok where a quote stays open. */
export function splitCommandLine(text: string): Words {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === '\\' && quote === '"' && /["\\$`]/.test(text.charAt(at + 1)))
        word = (word ?? '') + text.charAt(++at);
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\' && at + 1 < text.length) {
      const next = text.charAt(++at);
      // A line that goes on after a backslash is one line.
      if (next !== '\n') word = (word ?? '') + next;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) return { ok: false };
  if (word !== undefined) words.push(word);
  return { ok: true, words };
}

/** An entry in the shape that clients keep in their files, so that one reader understands both. */
export interface PastedEntry {
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

/** A program with its arguments; variables before it, as in `KEY=value npx server`, are its environment. */
export function entryOfCommand(words: readonly string[]): PastedEntry | undefined {
  const from = words.findIndex((word) => !VARIABLE.test(word));
  const [command, ...args] = from < 0 ? [] : words.slice(from);
  if (command === undefined) return undefined;
  const env = Object.fromEntries(words.slice(0, Math.max(from, 0)).map(pairOfVariable));
  return { name: nameOf(command, args), entry: { command, args, env } };
}

/**
 * `claude mcp add [--transport T] [--env K=V] [--header "N: v"] NAME URL|-- COMMAND ...` as an entry; undefined for
 * any other command line, and for a line that lacks its name or target.
 */
export function entryOfClaudeAdd(words: readonly string[]): PastedEntry | undefined {
  if (words[0] !== 'claude' || words[1] !== 'mcp' || words[2] !== 'add') return undefined;
  let transport: string | undefined;
  const env: [string, string][] = [];
  const headers: [string, string][] = [];
  const rest: string[] = [];
  const queue = words.slice(3);
  while (queue.length > 0) {
    const word = queue.shift() as string;
    const [flag = '', joined] = word.startsWith('--') ? word.split(/=(.*)/s, 2) : [word];
    const value = (): string => joined ?? queue.shift() ?? '';
    if (word === '--') {
      rest.push(...queue.splice(0));
    } else if (flag === '-t' || flag === '--transport') transport = value();
    else if (flag === '-s' || flag === '--scope') value();
    else if (flag === '-e' || flag === '--env') {
      if (joined !== undefined) env.push(pairOfVariable(joined));
      // Several variables may follow one flag.
      while (joined === undefined && VARIABLE.test(queue[0] ?? ''))
        env.push(pairOfVariable(queue.shift() as string));
    } else if (flag === '-H' || flag === '--header') headers.push(pairOfHeader(value()));
    else rest.push(word);
  }
  const [name, target, ...args] = rest;
  if (name === undefined || target === undefined) return undefined;
  const isRemote = /^https?:\/\//i.test(target) && transport !== 'stdio';
  return isRemote
    ? { name, entry: { type: transport ?? 'http', url: target, headers: Object.fromEntries(headers) } }
    : { name, entry: { command: target, args, env: Object.fromEntries(env) } };
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*=/;

function pairOfVariable(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

function pairOfHeader(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text.trim(), ''] : [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

/** What a person would call it: the package of a runner such as npx, else the program. */
function nameOf(command: string, args: readonly string[]): string {
  const isRunner = /(?:^|[/\\])(?:npx|uvx|bunx|pnpx|pipx|node|python3?|docker|deno)(?:\.\w+)?$/i.test(
    command,
  );
  const found = isRunner ? args.find((word) => !word.startsWith('-') && word !== 'run') : undefined;
  const base = (found ?? command).split(/[/\\]/).at(-1) ?? '';
  return base.replace(/@[^@]*$/, (version) => (version === base ? base : '')).replace(/\.\w+$/, '');
}
