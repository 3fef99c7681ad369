import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { JsonObject } from '../../../shared/json/json-value.ts';
import {
  type Edits,
  type EntryPlace,
  type FormatEditor,
  type Parsed,
  type Refusal,
  refusal,
} from './editor.ts';
import { printInline } from './json-layout.ts';
import { lineEndOf, lineStart, nextLine, positionAt, type TextEdit } from './text-edit.ts';

type Read = { readonly ok: true; readonly document: Document.Parsed; readonly value: unknown } | Refusal;
interface Span {
  readonly start: number;
  readonly end: number;
}

function read(text: string): Read {
  try {
    const document = parseDocument(text, { prettyErrors: true });
    const error = document.errors[0];
    if (error !== undefined) {
      const place = error.linePos?.[0];
      return refusal('parse', error.message.split('\n')[0] ?? error.code, {
        line: place?.line ?? 0,
        column: place?.col ?? 0,
      });
    }
    return { ok: true, document, value: document.toJS() };
  } catch (error) {
    // Too deep a nesting, or aliases that multiply: the parser gives up by throwing.
    if (error instanceof RangeError || error instanceof ReferenceError)
      return refusal('parse', error.message);
    throw error;
  }
}

function spanOf(node: unknown): Span | undefined {
  const range = isScalar(node) || isCollection(node) ? node.range : undefined;
  return range ? { start: range[0], end: range[1] } : undefined;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

/** The entry as block text; every line but the first is indented by `indent`. */
function block(value: unknown, indent: string, lineEnd: string): string {
  const text = stringify(value, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
  return text.trimEnd().replaceAll('\n', `${lineEnd}${indent}`);
}

function entryNode(place: EntryPlace, value: JsonObject): unknown {
  return place.layout === 'list' ? [value] : { [place.name]: value };
}

function ourItem(collection: YAMLMap | YAMLSeq, place: EntryPlace): Span | undefined {
  if (isSeq(collection)) {
    const item = collection.items.find((node) => isMap(node) && node.get('name') === place.name);
    return spanOf(item);
  }
  const pair = pairOf(collection, place.name);
  const key = spanOf(pair?.key);
  if (key === undefined) return undefined;
  return { start: key.start, end: spanOf(pair?.value)?.end ?? key.end };
}

function replaceOurs(
  text: string,
  collection: YAMLMap | YAMLSeq,
  span: Span,
  place: EntryPlace,
  value: JsonObject,
): Edits {
  const old = text.slice(span.start, span.end);
  if (collection.flow === true) {
    const content = isSeq(collection)
      ? printInline(value)
      : `${JSON.stringify(place.name)}: ${printInline(value)}`;
    return { ok: true, edits: [{ offset: span.start, length: old.length, content }] };
  }
  const lineEnd = lineEndOf(text);
  const indent = ' '.repeat(span.start - lineStart(text, span.start));
  const content = block(isSeq(collection) ? value : entryNode(place, value), indent, lineEnd);
  const kept = /\r?\n$/.exec(old)?.[0] ?? '';
  return { ok: true, edits: [{ offset: span.start, length: old.length, content: content + kept }] };
}

function insertInto(text: string, pair: Pair, place: EntryPlace, value: JsonObject): Edits {
  const container = pair.value;
  const lineEnd = lineEndOf(text);
  const key = spanOf(pair.key);
  const span = spanOf(container);
  if (key === undefined) return refusal('shape', 'The container cannot be located.');
  const wanted = place.layout === 'list' ? isSeq(container) : isMap(container);
  if (wanted && isCollection(container) && span !== undefined) {
    if (container.flow === true) {
      const own =
        place.layout === 'list' ? printInline(value) : `${JSON.stringify(place.name)}: ${printInline(value)}`;
      const comma = container.items.length > 0 ? ', ' : '';
      return { ok: true, edits: [{ offset: span.start + 1, length: 0, content: own + comma }] };
    }
    // Right below the container's own line: a comment above its first entry then stays with that entry.
    const indent = ' '.repeat(span.start - lineStart(text, span.start));
    return addLines(text, nextLine(text, key.end), block(entryNode(place, value), indent, lineEnd), indent);
  }
  const empty =
    container === null || (isScalar(container) && container.value === null && span?.start === span?.end);
  if (!empty) {
    return refusal(
      'shape',
      `"${container === null ? '' : String(pair.key)}" is not a ${place.layout === 'list' ? 'list' : 'map'}.`,
      positionAt(text, key.start),
    );
  }
  const indent = `${' '.repeat(key.start - lineStart(text, key.start))}  `;
  return addLines(text, nextLine(text, key.end), block(entryNode(place, value), indent, lineEnd), indent);
}

/** Adds whole lines at a line's start, or behind a last line that has no line end. */
function addLines(text: string, offset: number, content: string, indent: string): Edits {
  const lineEnd = lineEndOf(text);
  const open = offset > 0 && text[offset - 1] !== '\n';
  const lines = `${open ? lineEnd : ''}${indent}${content}${open ? '' : lineEnd}`;
  return { ok: true, edits: [{ offset, length: 0, content: lines }] };
}

function removeOurs(text: string, collection: YAMLMap | YAMLSeq, span: Span): readonly TextEdit[] {
  const only = collection.items.length === 1;
  if (collection.flow === true) {
    const after = /^\s*,[ \t]*/.exec(text.slice(span.end))?.[0].length ?? 0;
    const before = after > 0 ? 0 : (/,[ \t]*$/.exec(text.slice(0, span.start))?.[0].length ?? 0);
    return [{ offset: span.start - before, length: span.end + after - span.start + before, content: '' }];
  }
  const begin = lineStart(text, span.start);
  const ends = text[span.end - 1] === '\n' ? span.end : nextLine(text, span.end);
  const indent = ' '.repeat(
    (spanOf(collection)?.start ?? begin) - lineStart(text, spanOf(collection)?.start ?? begin),
  );
  // A container without entries would read as null, which some clients refuse.
  const content = only ? `${indent}${isSeq(collection) ? '[]' : '{}'}${lineEndOf(text)}` : '';
  return [{ offset: begin, length: ends - begin, content }];
}

/** YAML by text ranges: the library's own printer would change quotes, blanks and comments elsewhere. */
export const yamlEditor: FormatEditor = {
  parse(text): Parsed {
    const result = read(text);
    if (!result.ok) return result;
    const { value } = result;
    if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
      return refusal('shape', 'The file is not a map.', { line: 1, column: 1 });
    }
    return { ok: true, value: value ?? {}, comments: /(^|\s)#/m.test(text) };
  },
  put(text, container, place, value): Edits {
    const result = read(text);
    if (!result.ok) return result;
    const key = container[0];
    if (key === undefined || container.length !== 1)
      return refusal('shape', 'Only a top-level container is edited.');
    const root = result.document.contents;
    const lineEnd = lineEndOf(text);
    if (root === null || (isScalar(root) && root.value === null)) {
      return addLines(text, text.length, block({ [key]: entryNode(place, value) }, '', lineEnd), '');
    }
    if (!isMap(root)) return refusal('shape', 'The file is not a map.', { line: 1, column: 1 });
    const pair = pairOf(root, key);
    if (pair === undefined) {
      const start = spanOf(root)?.start ?? 0;
      if (root.flow === true) {
        const own = `${JSON.stringify(key)}: ${printInline(entryNode(place, value))}`;
        const comma = root.items.length > 0 ? ', ' : '';
        return { ok: true, edits: [{ offset: start + 1, length: 0, content: own + comma }] };
      }
      const indent = ' '.repeat(start - lineStart(text, start));
      return addLines(text, text.length, block({ [key]: entryNode(place, value) }, indent, lineEnd), indent);
    }
    const collection = pair.value;
    const ours = isMap(collection) || isSeq(collection) ? ourItem(collection, place) : undefined;
    if (ours !== undefined && (isMap(collection) || isSeq(collection))) {
      return replaceOurs(text, collection, ours, place, value);
    }
    return insertInto(text, pair, place, value);
  },
  remove(text, container, place): Edits {
    const result = read(text);
    if (!result.ok) return result;
    const root = result.document.contents;
    const pair = isMap(root) ? pairOf(root, container[0] ?? '') : undefined;
    const collection = pair?.value;
    if (!isMap(collection) && !isSeq(collection)) return { ok: true, edits: [] };
    const ours = ourItem(collection, place);
    return { ok: true, edits: ours === undefined ? [] : removeOurs(text, collection, ours) };
  },
};
