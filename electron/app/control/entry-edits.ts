import { isRecord } from '../../../shared/config/read.ts';
import { formToEntry } from '../../../shared/control/backend-entry.ts';
import type { BackendForm } from '../../../shared/control/backend-form.ts';
import type { JsonValue } from '../../../shared/json/json-value.ts';
import type { ConfigEdit } from '../../config/edit-text.ts';

/** The members of an entry that the form stands for; others are a newer version's and stay as they are (CFG-10). */
const FORM_MEMBERS: ReadonlySet<string> = new Set([
  ...['type', 'title', 'enabled', 'tools', 'timeoutSeconds', 'era', 'url', 'sendInClear', 'headers'],
  ...['secretHeaders', 'auth', 'identityHeaders', 'passthrough', 'command', 'args', 'cwd', 'env'],
  ...['secretEnv', 'envFromHeaders'],
]);

/** The edit that puts a new entry into the file. */
export function newEntry(name: string, form: BackendForm): ConfigEdit {
  return { path: ['backends', name], value: formToEntry(form) as JsonValue };
}

/** The edits that make an entry what the form says, member by member, so that comments and order stay. */
export function changedEntry(name: string, before: unknown, form: BackendForm): readonly ConfigEdit[] {
  if (!isRecord(before)) return [newEntry(name, form)];
  const after = formToEntry(form);
  const set = Object.entries(after).flatMap(([key, value]): ConfigEdit[] =>
    isSame(before[key], value) ? [] : [{ path: ['backends', name, key], value: value as JsonValue }],
  );
  const gone = Object.keys(before).filter((key) => FORM_MEMBERS.has(key) && !Object.hasOwn(after, key));
  return [...set, ...gone.map((key): ConfigEdit => ({ path: ['backends', name, key], remove: true }))];
}

/** The entry under another name and at its old place, with what the form does not know of it. */
export function renamedEntry(
  name: string,
  newName: string,
  before: unknown,
  form: BackendForm,
  place: { readonly behind: readonly string[]; readonly order: readonly string[] },
): readonly ConfigEdit[] {
  const unknown = isRecord(before) ? Object.entries(before).filter(([key]) => !FORM_MEMBERS.has(key)) : [];
  const entry = { ...formToEntry(form), ...Object.fromEntries(unknown) };
  const inOrder = place.order.indexOf(name);
  return [
    { path: ['backends', name], remove: true },
    { path: ['backends', newName], value: entry as JsonValue, behind: place.behind },
    ...(inOrder < 0 ? [] : [{ path: ['tools', 'order', inOrder], value: newName }]),
  ];
}

function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
