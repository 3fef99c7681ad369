import { backendSchema } from '../../../shared/config/backend-schema.ts';
import { readPart } from '../../../shared/config/read.ts';
import type { CallAnswer } from '../../../shared/control/contract.ts';
import { problem } from '../../../shared/errors/problem.ts';
import { type ImportProposal, readImport } from '../../clients/import/read-import.ts';
import { entryOfClaudeAdd, entryOfCommand, splitCommandLine } from './command-line.ts';
import type { ControlContext } from './context.ts';
import type { Drafts } from './drafts.ts';
import { backendForm, formOfBrokenEntry } from './views/backend-form-view.ts';

type PasteAnswer = CallAnswer<'backends.parsePaste'>;

const MAX_NOTES = 20;

/**
 * Reads what a person pasted: an address, a command line, a `claude mcp add` line, or the JSON, TOML or YAML of a
 * client's file. Nothing is started, stored or saved; secret values stay here under the draft (IMP-01, IMP-04).
 */
export function parsePaste(context: ControlContext, drafts: Drafts, pasted: string): PasteAnswer {
  const text = asEntryText(pasted.trim());
  if (text === undefined) {
    const fix = 'Paste an address, a command line, or the JSON of an entry.';
    return { drafts: [], problems: [problem('import.entry', 'paste', 'A quote is not closed.', fix)] };
  }
  const read = readImport(text, { ownUrl: context.patchbay.url, existing: {} }, 'paste');
  if (!read.ok) return { drafts: [], problems: [plain(read.problem)] };
  return {
    drafts: read.value.slice(0, 200).map((proposal) => draftView(context, drafts, proposal)),
    problems: read.value.flatMap(({ problems }) => problems.filter(isError).map(plain)).slice(0, 1_000),
  };
}

/** One proposal as the form that opens with it. */
export function draftView(
  context: ControlContext,
  drafts: Drafts,
  proposal: ImportProposal,
): PasteAnswer['drafts'][number] {
  const { draft, secrets, placeholders, problems, name } = proposal;
  const parsed = readPart(backendSchema, draft, 'paste').value;
  const existing = [...context.patchbay.config().backends.keys()].find(
    (known) => known.toLowerCase() === name.toLowerCase(),
  );
  return {
    draft: drafts.keep(secrets),
    suggestedName: name,
    form: parsed === undefined ? formOfBrokenEntry(draft) : backendForm(parsed),
    secrets: secrets
      .filter(({ secret }) => secret !== undefined)
      .map(({ kind, name: target }) => ({ kind, name: target.slice(0, 256) })),
    placeholders: placeholders.map((placeholder) => placeholder.slice(0, 256)),
    ...(existing === undefined ? {} : { replaces: existing }),
    notes: problems.map(({ message, fix }) => `${message} ${fix}`).slice(0, MAX_NOTES),
  };
}

/** An address or a command line in the shape of an entry; other text as it is. Undefined for an open quote. */
function asEntryText(text: string): string | undefined {
  if (/^https?:\/\/\S+$/i.test(text)) return entryText(hostLabel(text), { url: text });
  if (/^[{[]|^\s*[\w."-]+\s*[:=]\s|^\[|\n/.test(text.replace(/\\\r?\n/g, ' '))) return text;
  const line = splitCommandLine(text.replace(/^\$\s+/, ''));
  if (!line.ok) return undefined;
  const found = entryOfClaudeAdd(line.words) ?? entryOfCommand(line.words);
  return found === undefined ? text : entryText(found.name, found.entry);
}

function entryText(name: string, entry: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ mcpServers: { [name]: entry } });
}

/** `billing` for `https://billing.example/mcp`; the address itself for a number. */
function hostLabel(text: string): string {
  if (!URL.canParse(text)) return 'server';
  const labels = new URL(text).hostname.replace(/^\[|\]$/g, '').split('.');
  const [first = 'server'] = labels.filter((label) => !['www', 'mcp', 'api'].includes(label));
  return /^\d+$/.test(first) ? 'server' : first;
}

function isError({ severity }: { readonly severity: string }): boolean {
  return severity === 'error';
}

/** Without the reason, which is no part of the contract. */
function plain({ code, severity, place, message, fix }: ImportProposal['problems'][number]) {
  return { code, severity, place, message, fix };
}
