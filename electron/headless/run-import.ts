import { problem } from '../../shared/errors/problem.ts';
import { type Taken, takeImport } from '../app/take-import.ts';
import { existingDrafts } from '../clients/import/existing.ts';
import { type ImportProposal, importFromClient, readImportFile } from '../clients/import/read-import.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { clientHost } from './client-setup.ts';
import { endpointUrl } from './endpoint-url.ts';
import { proposalLines } from './import-text.ts';
import { openForCommand } from './open-config.ts';
import { openSecrets } from './open-secrets.ts';
import { describeProblem, EXIT, say, sayJson, warn } from './output.ts';
import { label } from './run-secret.ts';

export interface ImportOptions {
  readonly config?: string;
  readonly json?: true;
  readonly client?: string;
  readonly select?: readonly string[];
  readonly replace?: true;
}

/** Shows the servers of a file or of a client; makes those that are chosen by name backends. Starts nothing. */
export async function runImport(path: string | undefined, options: ImportOptions): Promise<void> {
  using file = await openForCommand(options.config);
  const proposals = await readProposals(file, path, options);
  if (options.select === undefined) {
    if (options.json) return sayJson({ proposals: proposals.map(withoutValues) });
    return preview(proposals);
  }
  const chosen = choose(proposals, options.select, options.replace === true);
  using secrets = await openSecrets();
  const taken: Taken[] = [];
  const problems = [];
  for (const proposal of chosen) {
    const outcome = await takeImport(file, secrets.store, proposal);
    if (outcome.ok) taken.push(outcome.value);
    else problems.push(...outcome.problems);
  }
  if (problems.length > 0) process.exitCode = EXIT.problems;
  if (options.json) return sayJson({ imported: taken, problems });
  for (const found of problems) warn(describeProblem(found));
  for (const one of taken) tell(one);
  if (options.client !== undefined && taken.length > 0) {
    warn('note: the client still has these entries, too; remove them there to see each tool once');
  }
}

async function readProposals(
  file: ConfigFile,
  path: string | undefined,
  { client }: ImportOptions,
): Promise<readonly ImportProposal[]> {
  const state = file.current();
  const settings = { ownUrl: endpointUrl(state.config.gateway), existing: existingDrafts(state, file.raw()) };
  if (client === undefined) {
    const read = await readImportFile(path ?? '', settings);
    if (!read.ok) throw new ConfigError([read.problem]);
    return read.value;
  }
  const read = await importFromClient(clientHost(), client, settings);
  if (!read.ok) throw new ConfigError([read.problem]);
  for (const found of read.value.problems) warn(describeProblem(found));
  return read.value.proposals;
}

function preview(proposals: readonly ImportProposal[]): void {
  for (const proposal of proposals) for (const line of proposalLines(proposal)) say(line);
  const open = proposals.filter(({ selectable, state }) => selectable && state !== 'same');
  const names = open.map(({ name }) => name).join(',');
  const next = names === '' ? 'There is nothing to import.' : `Import some by name: --select ${names}`;
  say(`\nNothing was changed or started. ${next}`);
}

/** Every chosen name has to be there, and one that replaces another server needs to be wanted so (IMP-05). */
function choose(
  proposals: readonly ImportProposal[],
  names: readonly string[],
  replace: boolean,
): readonly ImportProposal[] {
  const wanted = [...new Set(names)].map((name) => {
    const found = proposals.find((proposal) => proposal.name === name);
    if (found === undefined)
      throw refused(name, 'There is no server of this name there.', 'See the names without --select.');
    return found;
  });
  for (const { name, state, differences } of replace ? [] : wanted) {
    if (state !== 'replaces') continue;
    const fields = differences.map(({ field }) => field).join(', ');
    throw refused(
      name,
      `A backend of this name exists and differs in ${fields}.`,
      'Compare the two, then say --replace.',
    );
  }
  for (const { name } of wanted.filter(({ state }) => state === 'same'))
    warn(`note: ${name} is the same already`);
  return wanted.filter(({ state }) => state !== 'same');
}

function refused(name: string, message: string, fix: string): ConfigError {
  return new ConfigError([problem('import.entry', name, message, fix)]);
}

function tell({ backend, replaced, stored, toEnter }: Taken): void {
  say(`${replaced ? 'Replaced' : 'Added'} ${backend}.`);
  if (stored.length > 0) say(`  to the keychain: ${stored.map(label).join(', ')}`);
  for (const ref of toEnter) say(`  to be entered: patchbay secret set ${backend} ${label(ref)}`);
}

function withoutValues({ secrets, ...proposal }: ImportProposal) {
  const names = secrets.map(({ kind, name, placeholder }) => ({ kind, name, placeholder }));
  return { ...proposal, secrets: names };
}
