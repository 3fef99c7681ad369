import { parse, TomlError } from 'smol-toml';
import type { JsonObject, JsonValue } from '../../../shared/json/json-value.ts';
import { type Edits, type EntryPlace, type FormatEditor, type Parsed, refusal } from './editor.ts';
import { lineEndOf, type TextEdit } from './text-edit.ts';
import { type TomlTable, tomlTables } from './toml-tables.ts';

function readToml(text: string): Parsed {
  try {
    return { ok: true, value: parse(text, { integersAsBigInt: true }), comments: /(^|\s)#/m.test(text) };
  } catch (error) {
    if (error instanceof TomlError) {
      return refusal('parse', error.message.split('\n')[0] ?? 'not TOML', {
        line: error.line,
        column: error.column,
      });
    }
    if (error instanceof RangeError) return refusal('parse', 'The file is nested too deeply to be read.');
    throw error;
  }
}

/** A TOML basic string has the escapes of a JSON string, and DEL must be escaped as well. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

function keyText(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quoted(key);
}

function inline(value: JsonValue): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, inner]) => `${keyText(key)} = ${inline(inner)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return String(value);
}

/** One table, nothing below it: inner maps are written inline, so our entry is one range of text. */
function tableText(path: readonly string[], value: JsonObject, lineEnd: string): string {
  const lines = Object.entries(value).map(([key, inner]) => `${keyText(key)} = ${inline(inner)}`);
  return [`[${path.map(keyText).join('.')}]`, ...lines, ''].join(lineEnd);
}

function ownTables(text: string, path: readonly string[]): readonly TomlTable[] {
  return tomlTables(text).filter((table) => path.every((part, index) => table.path[index] === part));
}

function cut(table: TomlTable): TextEdit {
  return { offset: table.start, length: table.end - table.start, content: '' };
}

function entryExists(value: unknown, path: readonly string[]): boolean {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Record<string, unknown>)[key];
  }
  return true;
}

const OTHER_FORM =
  'Our entry is written with dotted keys or as an inline table, which is not edited in place.';

/** TOML by our own table's text range; smol-toml reads the text before and after. */
export const tomlEditor: FormatEditor = {
  parse: readToml,
  put(text, container, place: EntryPlace, value): Edits {
    const parsed = readToml(text);
    if (!parsed.ok) return parsed;
    const path = [...container, place.name];
    const lineEnd = lineEndOf(text);
    const [first, ...others] = ownTables(text, path);
    if (first !== undefined) {
      const closed = text.slice(first.start, first.end).endsWith('\n');
      const content = tableText(path, value, lineEnd);
      const replaced = { ...cut(first), content: closed ? content : content.trimEnd() };
      return { ok: true, edits: [replaced, ...others.map(cut)] };
    }
    if (entryExists(parsed.value, path)) return refusal('shape', OTHER_FORM);
    const gap = text === '' ? '' : text.endsWith('\n') ? lineEnd : lineEnd + lineEnd;
    return {
      ok: true,
      edits: [{ offset: text.length, length: 0, content: gap + tableText(path, value, lineEnd) }],
    };
  },
  remove(text, container, place: EntryPlace): Edits {
    const parsed = readToml(text);
    if (!parsed.ok) return parsed;
    const path = [...container, place.name];
    const tables = ownTables(text, path);
    if (tables.length === 0 && entryExists(parsed.value, path)) return refusal('shape', OTHER_FORM);
    return { ok: true, edits: tables.map(cut) };
  },
};
