import {
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
  stripComments,
} from 'jsonc-parser';
import type { JsonObject } from '../../../shared/json/json-value.ts';
import {
  type Edits,
  type EntryPlace,
  type FormatEditor,
  type Parsed,
  type Refusal,
  refusal,
} from './editor.ts';
import { commaBetween, layoutOf, lineTrail, memberIndent, printJson } from './json-layout.ts';
import { lineStart, positionAt, type TextEdit } from './text-edit.ts';

type Tree = { readonly ok: true; readonly root: Node } | Refusal;

function readTree(text: string): Tree {
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  } catch (error) {
    if (error instanceof RangeError) return refusal('parse', 'The file is nested too deeply to be read.');
    throw error;
  }
  const first = errors[0];
  if (first !== undefined) {
    const name = printParseErrorCode(first.error)
      .replaceAll(/(?<=[a-z])([A-Z])/g, ' $1')
      .toLowerCase();
    return refusal('parse', name, positionAt(text, first.offset));
  }
  if (root === undefined) return refusal('parse', 'value expected', { line: 1, column: 1 });
  if (root.type !== 'object')
    return refusal('shape', 'The file is not an object.', positionAt(text, root.offset));
  return { ok: true, root };
}

/** Properties of an object with this key; more than one is refused by the caller, as readers disagree on which counts. */
function propertiesOf(object: Node, key: string): readonly Node[] {
  return (object.children ?? []).filter((property) => property.children?.[0]?.value === key);
}

type Found =
  | {
      readonly ok: true;
      readonly object: Node;
      readonly missing: readonly string[];
      readonly entry: Node | undefined;
    }
  | Refusal;

/** Walks to the container, as far as it exists, and to the entry in it. */
function find(text: string, root: Node, container: readonly string[], name: string): Found {
  let object = root;
  for (const [depth, key] of [...container, name].entries()) {
    const [property, second] = propertiesOf(object, key);
    if (second !== undefined) {
      return refusal('shape', `"${key}" stands there twice.`, positionAt(text, second.offset));
    }
    if (depth === container.length) return { ok: true, object, missing: [], entry: property };
    const value = property?.children?.[1];
    if (property === undefined)
      return { ok: true, object, missing: container.slice(depth), entry: undefined };
    if (value?.type !== 'object') {
      return refusal('shape', `"${key}" is not an object.`, positionAt(text, property.offset));
    }
    object = value;
  }
  return { ok: true, object, missing: [], entry: undefined };
}

function insertMember(text: string, object: Node, key: string, value: unknown): readonly TextEdit[] {
  const layout = layoutOf(text, object);
  const indent = memberIndent(text, object, layout);
  const member = `${JSON.stringify(key)}:${layout.compact && layout.tight ? '' : ' '}${printJson(value, layout, indent)}`;
  const last = object.children?.at(-1);
  if (last === undefined)
    return insertFirst(text, object, member, layout.compact ? undefined : layout.lineEnd, indent);
  const lastEnd = last.offset + last.length;
  if (layout.compact)
    return [{ offset: lastEnd, length: 0, content: `,${layout.tight ? '' : ' '}${member}` }];
  const line = `${layout.lineEnd}${indent}${member}`;
  const comma = commaBetween(text, lastEnd, object.offset + object.length);
  if (comma !== undefined) return [{ offset: lineTrail(text, comma + 1), length: 0, content: `${line},` }];
  const end = lineTrail(text, lastEnd);
  if (end === lastEnd) return [{ offset: lastEnd, length: 0, content: `,${line}` }];
  return [
    { offset: lastEnd, length: 0, content: ',' },
    { offset: end, length: 0, content: line },
  ];
}

function insertFirst(
  text: string,
  object: Node,
  member: string,
  lineEnd: string | undefined,
  indent: string,
): readonly TextEdit[] {
  const offset = object.offset + 1;
  if (lineEnd === undefined) return [{ offset, length: 0, content: member }];
  const rest = text.slice(offset, object.offset + object.length - 1);
  const outer = /^[ \t]*/.exec(text.slice(lineStart(text, object.offset)))?.[0] ?? '';
  const close = /[\r\n]/.test(rest) ? '' : lineEnd + outer;
  return [{ offset, length: 0, content: `${lineEnd}${indent}${member}${close}` }];
}

function removeMember(text: string, object: Node, property: Node): readonly TextEdit[] {
  const siblings = object.children ?? [];
  const index = siblings.indexOf(property);
  const end = property.offset + property.length;
  const next = siblings[index + 1];
  const previous = siblings[index - 1];
  const commaAfter = commaBetween(text, end, next?.offset ?? object.offset + object.length);
  const stop = commaAfter === undefined ? end : commaAfter + 1;
  const start = startWithBlanks(text, property.offset, stop);
  const edits: TextEdit[] = [{ offset: start, length: stop - start, content: '' }];
  if (commaAfter === undefined && previous !== undefined) {
    const comma = commaBetween(text, previous.offset + previous.length, property.offset);
    if (comma !== undefined && comma < start) edits.push({ offset: comma, length: 1, content: '' });
  }
  return edits;
}

/** Takes the blanks in front along, and the line end when nothing else stays on the line. */
function startWithBlanks(text: string, offset: number, stop: number): number {
  let start = offset;
  while (start > 0 && (text[start - 1] === ' ' || text[start - 1] === '\t')) start--;
  if (!/^[ \t]*(\r?\n|$)/.test(text.slice(stop))) return start;
  if (text[start - 1] === '\n') start--;
  if (text[start - 1] === '\r') start--;
  return start;
}

/** JSON and JSONC. Comments and trailing commas are read in both; edits are placed by the syntax tree's offsets. */
export const jsonEditor: FormatEditor = {
  parse(text): Parsed {
    const tree = readTree(text);
    if (!tree.ok) return tree;
    return { ok: true, value: getNodeValue(tree.root), comments: stripComments(text) !== text };
  },
  put(text, container, place: EntryPlace, value: JsonObject): Edits {
    const tree = readTree(text);
    if (!tree.ok) return tree;
    const found = find(text, tree.root, container, place.name);
    if (!found.ok) return found;
    const old = found.entry?.children?.[1];
    if (old !== undefined) {
      const layout = layoutOf(text, found.object);
      const content = printJson(value, layout, memberIndent(text, found.object, layout));
      return { ok: true, edits: [{ offset: old.offset, length: old.length, content }] };
    }
    const [key = place.name, ...deeper] = [...found.missing, place.name];
    const nested = deeper.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    return { ok: true, edits: insertMember(text, found.object, key, nested) };
  },
  remove(text, container, place: EntryPlace): Edits {
    const tree = readTree(text);
    if (!tree.ok) return tree;
    const found = find(text, tree.root, container, place.name);
    if (!found.ok) return found;
    return {
      ok: true,
      edits: found.entry === undefined ? [] : removeMember(text, found.object, found.entry),
    };
  },
};
