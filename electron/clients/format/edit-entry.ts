import { isDeepStrictEqual } from 'node:util';
import type { ClientFormat } from '../../../shared/clients/definition.ts';
import type { JsonObject } from '../../../shared/json/json-value.ts';
import type { EntryPlace, FormatEditor, Refusal } from './editor.ts';
import { jsonEditor } from './json-editor.ts';
import { applyTextEdits, type TextEdit } from './text-edit.ts';
import { tomlEditor } from './toml-editor.ts';
import { yamlEditor } from './yaml-editor.ts';

const EDITORS: Readonly<Record<ClientFormat, FormatEditor>> = {
  json: jsonEditor,
  jsonc: jsonEditor,
  yaml: yamlEditor,
  toml: tomlEditor,
};

export interface Edited {
  readonly ok: true;
  readonly text: string;
  readonly edits: readonly TextEdit[];
  /** What stood there under our name before. */
  readonly before: unknown;
}

/** `unsafe`: the edit was made in memory, and reading it back showed that something else had changed. */
export type EditRefusal = Refusal | { readonly ok: false; readonly kind: 'unsafe'; readonly message: string };

export type Inspected =
  | { readonly ok: true; readonly entries: ReadonlyMap<string, unknown>; readonly comments: boolean }
  | Refusal;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lookUp(root: unknown, path: readonly string[]): unknown {
  let at = root;
  for (const key of path) {
    if (!isRecord(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/**
 * The container that a file uses: the first that exists, else the last of the list, which is then created. An entry that
 * happens to be called like a deeper container ("servers" in opencode's first layout) has a type and is none.
 */
function chooseContainer(root: unknown, place: EntryPlace): readonly string[] {
  const existing = place.containers.find((path) => {
    const found = lookUp(root, path);
    return found !== undefined && !(path.length > 1 && isRecord(found) && typeof found.type === 'string');
  });
  return existing ?? place.containers.at(-1) ?? [];
}

function entriesOf(root: unknown, place: EntryPlace): ReadonlyMap<string, unknown> {
  const container = lookUp(root, chooseContainer(root, place));
  if (isRecord(container)) return new Map(Object.entries(container));
  if (!Array.isArray(container)) return new Map();
  return new Map(container.filter(isRecord).map((item) => [String(item.name), item]));
}

/** Reads the entries of a client's file by name. Refuses a text that does not parse, with line and column. */
export function inspectEntries(format: ClientFormat, text: string, place: EntryPlace): Inspected {
  const parsed = EDITORS[format].parse(text);
  if (!parsed.ok) return parsed;
  return { ok: true, entries: entriesOf(parsed.value, place), comments: parsed.comments };
}

/** The value without our entry, and without containers that hold nothing else; what must be equal before and after. */
function withoutEntry(root: unknown, container: readonly string[], place: EntryPlace): unknown {
  if (!isRecord(root)) return root;
  const [key, ...rest] = container;
  if (key === undefined) {
    return Object.fromEntries(Object.entries(root).filter(([name]) => name !== place.name));
  }
  const inner = root[key];
  const reduced = Array.isArray(inner)
    ? inner.filter((item) => !(isRecord(item) && item.name === place.name))
    : withoutEntry(inner, rest, place);
  const others = Object.entries(root).filter(([name]) => name !== key);
  const empty = reduced === undefined || reduced === null || isEmpty(reduced);
  return Object.fromEntries(empty ? others : [...others, [key, reduced]]);
}

function isEmpty(value: unknown): boolean {
  return (isRecord(value) || Array.isArray(value)) && Object.keys(value).length === 0;
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function edit(
  format: ClientFormat,
  text: string,
  place: EntryPlace,
  wanted: JsonObject | undefined,
): Edited | EditRefusal {
  const editor = EDITORS[format];
  const before = editor.parse(text);
  if (!before.ok) return before;
  const container = chooseContainer(before.value, place);
  const made =
    wanted === undefined ? editor.remove(text, container, place) : editor.put(text, container, place, wanted);
  if (!made.ok) return made;
  const result = applyTextEdits(text, made.edits);
  const after = editor.parse(result);
  const unsafe = { ok: false, kind: 'unsafe' } as const;
  if (!after.ok) return { ...unsafe, message: 'The layout of the file does not allow an edit in place.' };
  const others = isDeepStrictEqual(
    withoutEntry(before.value, container, place),
    withoutEntry(after.value, container, place),
  );
  if (!others) return { ...unsafe, message: 'The edit would have changed more than our own entry.' };
  const ours = entriesOf(after.value, place).get(place.name);
  if (!isDeepStrictEqual(plain(ours), wanted))
    return { ...unsafe, message: 'Our entry would not read back as written.' };
  return {
    ok: true,
    text: result,
    edits: made.edits,
    before: entriesOf(before.value, place).get(place.name),
  };
}

/** Adds or replaces our entry. The result is read back: every other key must be equal, ours must be as wanted. */
export function putEntry(
  format: ClientFormat,
  text: string,
  place: EntryPlace,
  value: JsonObject,
): Edited | EditRefusal {
  return edit(format, text, place, value);
}

/** Takes our entry out; a text without it comes back unchanged. Checked by reading back as well. */
export function removeEntry(format: ClientFormat, text: string, place: EntryPlace): Edited | EditRefusal {
  return edit(format, text, place, undefined);
}
