import { good, type Outcome, refuse } from '../../shared/clients/codes.ts';
import type { FileClient } from '../../shared/clients/definition.ts';
import { isOurEntry } from '../../shared/clients/recognise.ts';
import type { JsonObject } from '../../shared/json/json-value.ts';
import { type EditRefusal, inspectEntries, putEntry, removeEntry } from './format/edit-entry.ts';
import type { EntryPlace } from './format/editor.ts';

/** The place of our entry in a client's file. */
function entryPlace(client: FileClient, entryName: string): EntryPlace {
  return { containers: client.containers, name: entryName, layout: client.layout };
}

/** The entries of a client's text by name, and whether the text has comments. */
export function readEntries(
  client: FileClient,
  text: string,
  entryName: string,
  path: string,
): Outcome<{ readonly entries: ReadonlyMap<string, unknown>; readonly comments: boolean }> {
  const found = inspectEntries(client.format, text, entryPlace(client, entryName));
  return found.ok ? good(found) : refused(found, path);
}

/** The text of a file that we would create: the smallest valid one of its format. */
export function emptyText(client: FileClient): string {
  return client.format === 'json' || client.format === 'jsonc' ? '{}\n' : '';
}

/** The text with our entry added or replaced. An entry with our name that is not ours is never touched (writer rule 1). */
export function withEntry(
  client: FileClient,
  text: string,
  entryName: string,
  value: JsonObject,
  path: string,
): Outcome<{ readonly text: string; readonly replaced: boolean }> {
  const edited = putEntry(client.format, text, entryPlace(client, entryName), value);
  if (!edited.ok) return refused(edited, path);
  if (edited.before !== undefined && !isOurEntry(edited.before)) return foreign(path, entryName);
  return good({ text: edited.text, replaced: edited.before !== undefined });
}

/** The text without our entry; unchanged when there is none. */
export function withoutOurEntry(
  client: FileClient,
  text: string,
  entryName: string,
  path: string,
): Outcome<{ readonly text: string; readonly removed: boolean }> {
  const edited = removeEntry(client.format, text, entryPlace(client, entryName));
  if (!edited.ok) return refused(edited, path);
  if (edited.before === undefined) return good({ text, removed: false });
  return isOurEntry(edited.before) ? good({ text: edited.text, removed: true }) : foreign(path, entryName);
}

function foreign(path: string, entryName: string): Outcome<never> {
  return refuse(
    'entry-foreign',
    path,
    `There is an entry "${entryName}" that does not lead to Patchbay; it was left as it is.`,
    'Rename that entry, or choose another name for ours.',
  );
}

function refused(refusal: EditRefusal, path: string): Outcome<never> {
  if (refusal.kind === 'unsafe') {
    return refuse(
      'edit-unsafe',
      path,
      refusal.message,
      'Nothing was written. Add or remove the entry by hand.',
    );
  }
  const at = refusal.line > 0 ? ` (line ${refusal.line}, column ${refusal.column})` : '';
  return refusal.kind === 'parse'
    ? refuse(
        'parse',
        path,
        `The file does not parse${at}: ${refusal.message}`,
        'Repair the file, then try again.',
      )
    : refuse(
        'shape',
        path,
        `${refusal.message}${at}`,
        'Nothing was written. Add or remove the entry by hand.',
      );
}
