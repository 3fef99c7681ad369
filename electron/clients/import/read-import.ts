import { type ClientProblem, good, type Outcome, refuse, warning } from '../../../shared/clients/codes.ts';
import type { ClientFormat } from '../../../shared/clients/definition.ts';
import { findInvisible } from '../../../shared/clients/invisible.ts';
import { entryUrl, isOurEntry, pointsAt } from '../../../shared/clients/recognise.ts';
import { parseBackendName } from '../../../shared/config/backend-name.ts';
import { MAX_CLIENT_FILE_BYTES, readClientText } from '../client-text.ts';
import type { ClientHost } from '../host.ts';
import { locateFiles } from '../places.ts';
import { fileClient, notInstalled } from '../preview.ts';
import { compareWith, type Difference, sameTarget, targetKey } from './compare.ts';
import { type BackendDraft, draftOf, type ImportedSecret } from './draft.ts';
import { leftOut, readFields } from './entry-fields.ts';
import { findServers, type ServerEntry } from './server-entries.ts';

export interface ImportOptions {
  /** Our own endpoint, so that an entry that leads back to us is not offered (CFG-13). */
  readonly ownUrl?: string;
  /** Backends that exist already, as they stand in the config. */
  readonly existing?: Readonly<Record<string, BackendDraft>>;
  /** Whose file this is; some keys mean different things to different clients. */
  readonly clientId?: string;
  readonly format?: ClientFormat;
}

/** One server to tick. Nothing has been started, stored or changed; `secrets` are in memory only. */
export interface ImportProposal {
  /** A valid, free backend name; `originalName` is the one in the file. */
  readonly name: string;
  readonly originalName: string;
  readonly source: string;
  readonly draft: BackendDraft;
  readonly secrets: readonly ImportedSecret[];
  readonly placeholders: readonly string[];
  /** `replaces`: a backend of that name is something else; taking this one is a new approval (IMP-05). */
  readonly state: 'new' | 'same' | 'replaces';
  readonly differences: readonly Difference[];
  /** False when it cannot be taken as it is; `problems` say why. */
  readonly selectable: boolean;
  readonly problems: readonly ClientProblem[];
}

/**
 * Reads a pasted text or a file's content into proposals (IMP-01, 02, 04, 05). Reads only. Refused when the text is
 * over 10 MiB, does not parse (with line and column) or describes no server.
 */
export function readImport(
  text: string,
  options: ImportOptions = {},
  place = 'import',
): Outcome<readonly ImportProposal[]> {
  if (Buffer.byteLength(text) > MAX_CLIENT_FILE_BYTES) {
    return refuse('import-text', place, 'The text is larger than 10 MiB.', 'Import a smaller part.');
  }
  const servers = findServers(text.replace(/^\uFEFF/, ''), options.format, place);
  if (!servers.ok) return servers;
  const taken = new Set<string>();
  const proposals = servers.value.map((server) => propose(server, options, taken));
  return good(explainDuplicates(proposals));
}

/** Reads a file into proposals; the file is refused for the same reasons as a client's file, and never changed. */
export async function readImportFile(
  path: string,
  options: ImportOptions = {},
): Promise<Outcome<readonly ImportProposal[]>> {
  const current = await readClientText(path);
  if (!current.ok) return current;
  if (current.value.state === 'absent') {
    return refuse('unreadable', path, 'There is no such file.', 'Check the path.');
  }
  const format = options.format ?? formatOf(path);
  return readImport(
    current.value.decoded.text,
    { ...options, ...(format === undefined ? {} : { format }) },
    path,
  );
}

/** Reads the servers of an installed client. Files that cannot be read are told in `problems` beside those that can. */
export async function importFromClient(
  host: ClientHost,
  clientId: string,
  options: ImportOptions = {},
): Promise<
  Outcome<{ readonly proposals: readonly ImportProposal[]; readonly problems: readonly ClientProblem[] }>
> {
  const client = fileClient(clientId);
  if (!client.ok) return client;
  const files = (await locateFiles(client.value, host)).filter((file) => file.exists);
  if (files.length === 0) return notInstalled(client.value);
  const results = await Promise.all(
    files.map((file) => readImportFile(file.path, { ...options, clientId, format: client.value.format })),
  );
  return good({
    proposals: explainDuplicates(results.flatMap((result) => (result.ok ? result.value : []))),
    problems: results.flatMap((result) => (result.ok ? [] : [result.problem])),
  });
}

function formatOf(path: string): ClientFormat | undefined {
  if (/\.jsonc?$/i.test(path)) return 'jsonc';
  if (/\.ya?ml$/i.test(path)) return 'yaml';
  return /\.toml$/i.test(path) ? 'toml' : undefined;
}

function propose(server: ServerEntry, options: ImportOptions, taken: Set<string>): ImportProposal {
  const place = [server.place, server.name].filter((part) => part !== '').join('.') || 'server';
  const name = freeName(server.name, taken);
  const fields = readFields(server.entry, options.clientId);
  const drafted =
    fields === undefined
      ? { draft: NOTHING, secrets: [], placeholders: [], problems: [shapeProblem(place)] }
      : draftOf(fields, place);
  const existing = options.existing ?? {};
  const twin = Object.keys(existing).find((key) => key.toLowerCase() === name.toLowerCase());
  const known = twin === undefined ? undefined : existing[twin];
  const differences = known === undefined ? [] : compareWith(known, drafted.draft);
  const problems = [
    ...drafted.problems,
    ...selfProblem(server, options, place),
    ...nameProblem(server, name, place),
    ...invisibleProblems(server, place),
    ...leftOutProblem(server, place),
    ...(known === undefined ? [] : [existingProblem(twin ?? name, differences, place)]),
  ];
  return {
    name,
    originalName: server.name,
    source: server.place,
    draft: drafted.draft,
    secrets: drafted.secrets,
    placeholders: drafted.placeholders,
    state: known === undefined ? 'new' : differences.length === 0 ? 'same' : 'replaces',
    differences,
    selectable: problems.every((problem) => problem.severity === 'warning'),
    problems,
  };
}

const NOTHING: BackendDraft = { type: 'stdio', command: '', args: [], env: {}, secretEnv: [] };

function shapeProblem(place: string): ClientProblem {
  const message = 'The entry says neither what to start nor what to call in a form that is known.';
  return refuse('import-shape', place, message, 'Add the server by hand.').problem;
}

/** A name that follows our grammar (CFG-07), and is not given twice in one import. */
function freeName(original: string, taken: Set<string>): string {
  const cleaned = original
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 60);
  const base = parseBackendName(cleaned) === undefined ? 'server' : cleaned;
  let name = base;
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${base}-${count}`;
  taken.add(name.toLowerCase());
  return name;
}

function nameProblem(server: ServerEntry, name: string, place: string): readonly ClientProblem[] {
  if (server.name === name) return [];
  const message = `The name becomes "${name}": names have letters, digits, _ and -, and each name stands once.`;
  return [warning('import-name', place, message, 'Change it before adding if you like.')];
}

function selfProblem(server: ServerEntry, options: ImportOptions, place: string): readonly ClientProblem[] {
  const loops = options.ownUrl !== undefined && pointsAt(server.entry, options.ownUrl);
  const bridge = entryUrl(server.entry) === undefined && isOurEntry(server.entry);
  if (!loops && !bridge) return [];
  const message = 'This entry is Patchbay itself; as a backend it would call itself in a circle.';
  return [refuse('import-self', place, message, 'Leave it out.').problem];
}

function leftOutProblem(server: ServerEntry, place: string): readonly ClientProblem[] {
  const names = leftOut(server.entry);
  if (names.length === 0) return [];
  const message = `Not taken over, as backends have no such setting: ${names.join(', ')}.`;
  return [warning('import-left-out', place, message, 'Look whether Patchbay has a setting for the purpose.')];
}

/** Fields with characters that nobody sees (IMP-02): how many and which, never the text around them. */
function invisibleProblems(server: ServerEntry, place: string): readonly ClientProblem[] {
  const texts: (readonly [string, unknown])[] = [['name', server.name], ...Object.entries(server.entry)];
  return texts.flatMap(([field, value]) => {
    const marks = findInvisible(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
    if (marks.length === 0) return [];
    const codes = [...new Set(marks.map((mark) => mark.codePoint))].join(', ');
    const message = `There are ${marks.length} invisible characters (${codes}).`;
    return [
      warning(
        'import-invisible',
        `${place}.${field}`,
        message,
        'Read the text with them shown before adding it.',
      ),
    ];
  });
}

function existingProblem(name: string, differences: readonly Difference[], place: string): ClientProblem {
  if (differences.length === 0) {
    return warning(
      'import-duplicate',
      place,
      `The backend "${name}" is the same already.`,
      'It need not be added.',
    );
  }
  const fields = differences.map((difference) => difference.field).join(', ');
  const message = `A backend "${name}" exists and differs in ${fields}; this one counts as new and needs your approval.`;
  return warning('import-replaces', place, message, 'Compare the two, or give this one another name.');
}

/** Marks proposals that lead to the same server as an earlier one, and says what they share. */
function explainDuplicates(proposals: readonly ImportProposal[]): readonly ImportProposal[] {
  const first = new Map<string, ImportProposal>();
  return proposals.map((proposal) => {
    const key = targetKey(proposal.draft);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, proposal);
      return proposal;
    }
    const what = proposal.draft.type === 'stdio' ? 'starts the same command' : 'calls the same address';
    const alike = sameTarget(earlier.draft, proposal.draft) ? '' : ', with other variables or headers';
    const message = `"${proposal.originalName}" ${what} as "${earlier.originalName}"${alike}.`;
    const problem = warning(
      'import-duplicate',
      proposal.source || 'server',
      message,
      'One of the two is enough.',
    );
    return { ...proposal, problems: [...proposal.problems, problem] };
  });
}
