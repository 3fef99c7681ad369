import { applyEdits, type FormattingOptions, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * One change to the file, by path: `['backends', 'billing', 'url']`. A number is a list's index, -1 adds at its end.
 * Missing objects on the way are made. Taking away what is not there changes nothing.
 */
export type ConfigEdit =
  | { readonly path: readonly (string | number)[]; readonly value: JsonValue }
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
    edited = applyEdits(edited, modify(edited, [...edit.path], value, { formattingOptions }));
  }
  return edited;
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
