import { showInvisible } from '../../shared/clients/invisible.ts';
import { isGiven } from '../app/take-import.ts';
import type { BackendDraft, ImportedSecret } from '../clients/import/draft.ts';
import type { ImportProposal } from '../clients/import/read-import.ts';
import { describeProblem } from './output.ts';

/** One server of an import for people: the whole command, names of variables and headers, never their values (IMP-01). */
export function proposalLines(proposal: ImportProposal): readonly string[] {
  const { name, originalName, draft, secrets, placeholders, state, differences, problems } = proposal;
  const called = originalName === name ? '' : ` (there: ${showInvisible(originalName)})`;
  return [
    `${name}${called}${STATES[state]}`,
    ...draftLines(draft, secrets).map((line) => `  ${showInvisible(line)}`),
    ...(placeholders.length > 0
      ? [`  kept as they are, Patchbay fills in none of them: ${showInvisible(placeholders.join(' '))}`]
      : []),
    ...differences.map(({ field, before, after }) => `  ${field}: ${showInvisible(`${before} -> ${after}`)}`),
    ...problems.map((found) => `  ${showInvisible(describeProblem(found)).replaceAll('\n', '\n  ')}`),
  ];
}

const STATES = {
  new: '',
  same: ' - there already, the same',
  replaces: ' - there already, and different: needs --replace',
} as const satisfies Record<ImportProposal['state'], string>;

function draftLines(draft: BackendDraft, secrets: readonly ImportedSecret[]): readonly string[] {
  const kept = secrets.map(({ kind, name, secret }) => ({
    kind,
    text: `${name} (${isGiven(secret) ? 'secret, to the keychain' : 'secret, to be entered'})`,
  }));
  const named = (kind: ImportedSecret['kind'], plain: readonly string[]): readonly string[] => [
    ...plain,
    ...kept.filter((one) => one.kind === kind).map(({ text }) => text),
  ];
  if (draft.type !== 'stdio') {
    const headers = named('header', Object.keys(draft.headers));
    return [`calls ${draft.url} (${draft.type})`, ...listed('headers', headers)];
  }
  return [
    `starts ${[draft.command, ...draft.args].map(quoted).join(' ')}`,
    ...(draft.cwd === undefined ? [] : [`in ${draft.cwd}`]),
    ...listed('variables', named('env', Object.keys(draft.env))),
  ];
}

function listed(what: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];
}

/** An argument as one sees where it begins and ends. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(argument) ? argument : JSON.stringify(argument);
}
