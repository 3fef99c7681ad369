import { applyEdits, type FormattingOptions, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';
import type { JsonValue } from '../../shared/json/json-value.ts';

/**
 * One change to the file, by path: `['backends', 'billing', 'url']`. A number is a list's index, -1 adds at its end.
 * Missing objects on the way are made. Taking away what is not there changes nothing. A new member of an object goes to
 * its end; with `behind`, after the last of these members that is there, and to the top where none is.
 */
export type ConfigEdit =
  | {
      readonly path: readonly (string | number)[];
      readonly value: JsonValue;
      readonly behind?: readonly string[];
    }
  | { readonly path: readonly (string | number)[]; readonly remove: true };

/**
 * Applies changes in order to a config text, in place: comments, order, indentation and unknown fields stay as they
 * are (CFG-10). Throws for a path that does not fit the text, such as a name inside a list.
 */
export function editText(text: string, edits: readonly ConfigEdit[]): string {
  const formattingOptions = formatOf(text);
  let edited = text;
  for (const edit of edits) {
    if ('remove' in edit && !stands(edited, edit.path)) continue;
    const value = 'value' in edit ? edit.value : undefined;
    const behind = 'behind' in edit ? edit.behind : undefined;
    const place = behind === undefined ? {} : { getInsertionIndex: indexBehind(behind) };
    edited = applyEdits(edited, modify(edited, [...edit.path], value, { formattingOptions, ...place }));
  }
  return edited;
}

function indexBehind(names: readonly string[]): (members: readonly string[]) => number {
  return (members) => members.findLastIndex((member) => names.includes(member)) + 1;
}

function formatOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol,
  };
}

function stands(text: string, path: ConfigEdit['path']): boolean {
  const root = parseTree(text, [], { allowTrailingComma: true });
  return root !== undefined && findNodeAtLocation(root, [...path]) !== undefined;
}
