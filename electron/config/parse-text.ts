import {
  createScanner,
  getNodeValue,
  type Node,
  type ParseError,
  type ParseErrorCode,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { placeOf } from '../../shared/config/place.ts';
import { type Problem, problem } from '../../shared/errors/problem.ts';

/** JSON with comments and trailing commas, read strictly otherwise. */
export type ParsedText =
  | { readonly ok: true; readonly raw: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly truncated: boolean };

/** Deeper than any configuration; the parser below recurses. */
const MAX_DEPTH = 64;

// jsonc-parser's token kinds are a const enum, which does not exist at run time.
const OPENING: ReadonlySet<number> = new Set([1, 3]);
const CLOSING: ReadonlySet<number> = new Set([2, 4]);
const END_OF_FILE = 17;

/**
 * Parses a config file's text. Keys that stand twice are refused with the lines of both (CFG-08); `truncated` says
 * that nothing is wrong but a missing end. Objects come without a prototype, so that `__proto__` is a key like any
 * other (CFG-07). `file` stands in the problems' place.
 */
export function parseText(text: string, file: string): ParsedText {
  const at = positions(text, file);
  const deep = firstTooDeep(text);
  if (deep !== undefined) {
    return fault(at(deep, 'config.syntax', `nests deeper than ${MAX_DEPTH} levels`));
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const first = errors[0];
  if (first !== undefined || root === undefined) {
    const offset = first?.offset ?? 0;
    const reason = first === undefined ? 'holds no JSON' : explain(first.error);
    const end = text.trimEnd().length;
    return fault(at(offset, 'config.syntax', reason), offset + (first?.length ?? 0) >= end);
  }
  if (root.type !== 'object') return fault(at(0, 'config.syntax', 'must hold one JSON object'));
  const twice = duplicateKeys(root, (offset, key, earlier) => {
    const line = lineOf(text, earlier).line;
    return at(offset, 'config.duplicate-key', `has ${key} twice; it stands in line ${line} already`);
  });
  if (twice.length > 0) return { ok: false, problems: twice, truncated: false };
  return { ok: true, raw: toValue(root) as Readonly<Record<string, unknown>> };
}

function fault(found: Problem, truncated = false): ParsedText {
  return { ok: false, problems: [found], truncated };
}

function positions(text: string, file: string) {
  return (offset: number, code: 'config.syntax' | 'config.duplicate-key', what: string): Problem => {
    const { line, column } = lineOf(text, offset);
    const fix = code === 'config.syntax' ? 'Correct the file in this place.' : 'Remove one of the two.';
    return problem(code, `${file}:${line}:${column}`, `Line ${line}, column ${column} ${what}.`, fix);
  };
}

function lineOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** `CommaExpected` becomes `is wrong: comma expected`. */
function explain(code: ParseErrorCode): string {
  const words = printParseErrorCode(code)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return `is wrong: ${words}`;
}

function firstTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== END_OF_FILE; token = scanner.scan()) {
    if (OPENING.has(token)) depth += 1;
    else if (CLOSING.has(token)) depth -= 1;
    if (depth > MAX_DEPTH) return scanner.getTokenOffset();
  }
  return undefined;
}

function duplicateKeys(
  node: Node,
  report: (offset: number, key: string, earlier: number) => Problem,
  path: readonly (string | number)[] = [],
): readonly Problem[] {
  const seen = new Map<string, number>();
  return (node.children ?? []).flatMap((child, index) => {
    if (node.type !== 'object') return duplicateKeys(child, report, [...path, index]);
    const [name, value] = child.children ?? [];
    const key = String(name?.value);
    const inner = value === undefined ? [] : duplicateKeys(value, report, [...path, key]);
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, child.offset);
    return earlier === undefined ? inner : [report(child.offset, placeOf([...path, key]), earlier), ...inner];
  });
}

function toValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(toValue);
  if (node.type !== 'object') return getNodeValue(node);
  const object: Record<string, unknown> = Object.create(null);
  for (const { children = [] } of node.children ?? []) {
    const [name, value] = children;
    if (name !== undefined && value !== undefined) object[String(name.value)] = toValue(value);
  }
  return object;
}
