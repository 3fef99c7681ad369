import { findClient } from '../../shared/clients/catalogue.ts';
import { type ClientProblem, good, type Outcome, refuse, warning } from '../../shared/clients/codes.ts';
import type { FileClient, Restart } from '../../shared/clients/definition.ts';
import {
  type BridgeCommand,
  type ClientEntry,
  clientEntry,
  type EntryOptions,
} from '../../shared/clients/entry.ts';
import { pointsAt } from '../../shared/clients/recognise.ts';
import { type ClientText, checkWritable, readClientText } from './client-text.ts';
import { diffHunks, type Hunk, unifiedDiff } from './diff.ts';
import { emptyText, readEntries, withEntry } from './entry-text.ts';
import type { ClientHost } from './host.ts';
import { isOpenToOthers } from './open-to-others.ts';
import { type ClientFile, locateFiles } from './places.ts';

/** Stands where the token will stand; no token is made before the user has confirmed. */
export const TOKEN_MARK = '<token>';
export const DEFAULT_ENTRY_NAME = 'patchbay';

export interface ConnectRequest {
  readonly clientId: string;
  readonly url: string;
  readonly entryName?: string;
  readonly bridge?: BridgeCommand;
  readonly headerNames?: readonly string[];
}

export interface PreviewFile {
  readonly path: string;
  readonly action: 'create' | 'add' | 'replace';
  /** The precondition: the digest of the bytes that were previewed; null for a file that did not exist. */
  readonly sha256: string | null;
  readonly target: string;
  readonly marker: string;
  /** A unified diff to read, and the same by line for a window. */
  readonly diff: string;
  readonly hunks: readonly Hunk[];
}

/** What would be written. Plain data without any secret, so that it can travel to the window and back. */
export interface ConnectPreview {
  readonly clientId: string;
  readonly title: string;
  readonly options: Omit<EntryOptions, 'token'>;
  readonly via: ClientEntry['via'];
  readonly envByHeader: Readonly<Record<string, string>>;
  readonly files: readonly PreviewFile[];
  readonly problems: readonly ClientProblem[];
  readonly restart: Restart;
  readonly notes: readonly string[];
}

/** The definition of a client whose file we edit; refused for unknown ids and for clients with a copy button only. */
export function fileClient(clientId: string): Outcome<FileClient> {
  const client = findClient(clientId);
  if (client === undefined) {
    return refuse('unknown', clientId, 'No client has this id.', 'List the clients to see their ids.');
  }
  if (client.kind === 'file') return good(client);
  return refuse(
    'copy-only',
    clientId,
    `${client.title} is set up in its own window.`,
    'Copy the text instead.',
  );
}

/**
 * Works out what connecting a client would write, as a unified diff per file. Reads only. Refused when the client is
 * unknown, not installed, or none of its files can be edited; a file that cannot be edited beside one that can is
 * listed in `problems`.
 */
export async function previewConnect(
  host: ClientHost,
  request: ConnectRequest,
): Promise<Outcome<ConnectPreview>> {
  const client = fileClient(request.clientId);
  if (!client.ok) return client;
  const options = entryOptions(request);
  const entry = clientEntry(client.value, { ...options, token: TOKEN_MARK });
  if (!entry.ok) return entry;
  const located = await locateFiles(client.value, host);
  if (located.length === 0) return notInstalled(client.value);
  const results = await Promise.all(
    located.map((file) => previewFile(client.value, file, options, entry.value)),
  );
  const files = results.flatMap((result) => (result.ok ? [result.value.file] : []));
  const refusals = results.flatMap((result) => (result.ok ? [] : [result.problem]));
  const first = refusals[0];
  if (files.length === 0 && first !== undefined) return { ok: false, problem: first };
  const warnings = results.flatMap((result) => (result.ok ? result.value.warnings : []));
  return good({
    clientId: client.value.id,
    title: client.value.title,
    options,
    via: entry.value.via,
    envByHeader: entry.value.envByHeader,
    files,
    problems: [...refusals, ...warnings, ...headerWarnings(client.value, entry.value)],
    restart: client.value.restart,
    notes: client.value.notes,
  });
}

function entryOptions(request: ConnectRequest): Omit<EntryOptions, 'token'> {
  return {
    url: request.url,
    entryName: request.entryName ?? DEFAULT_ENTRY_NAME,
    ...(request.bridge === undefined ? {} : { bridge: request.bridge }),
    ...(request.headerNames === undefined ? {} : { headerNames: request.headerNames }),
  };
}

async function previewFile(
  client: FileClient,
  file: ClientFile,
  options: Omit<EntryOptions, 'token'>,
  entry: ClientEntry,
): Promise<Outcome<{ readonly file: PreviewFile; readonly warnings: readonly ClientProblem[] }>> {
  const current = await readClientText(file.path);
  if (!current.ok) return current;
  const writable = await checkWritable(file.path, current.value);
  if (!writable.ok) return writable;
  const before = current.value.state === 'present' ? current.value.decoded.text : undefined;
  const text = before ?? emptyText(client);
  const found = readEntries(client, text, options.entryName, file.path);
  if (!found.ok) return found;
  const edited = withEntry(client, text, options.entryName, entry.value, file.path);
  if (!edited.ok) return edited;
  const existing = edited.value.replaced ? 'replace' : 'add';
  return good({
    file: {
      path: file.path,
      action: before === undefined ? 'create' : existing,
      sha256: current.value.state === 'present' ? current.value.sha256 : null,
      target: current.value.target,
      marker: file.marker,
      diff: unifiedDiff(file.path, before, edited.value.text),
      hunks: diffHunks(before ?? '', edited.value.text),
    },
    warnings: [
      ...fileWarnings(client, file.path, current.value, found.value, options),
      ...((await isOpenToOthers(current.value)) ? [openToOthers(file.path)] : []),
    ],
  });
}

function fileWarnings(
  client: FileClient,
  path: string,
  current: ClientText,
  found: { readonly entries: ReadonlyMap<string, unknown>; readonly comments: boolean },
  options: Omit<EntryOptions, 'token'>,
): readonly ClientProblem[] {
  const warnings: ClientProblem[] = [];
  for (const [name, entry] of found.entries) {
    if (name === options.entryName || !pointsAt(entry, options.url)) continue;
    const message = `The entry "${name}" leads to Patchbay already, so its tools would be listed twice.`;
    warnings.push(warning('entry-twice', path, message, `Remove "${name}" in ${client.title}.`));
  }
  if (client.format === 'json' && found.comments) {
    const message = `The file has comments; ${client.title} may read plain JSON only.`;
    warnings.push(warning('comments', path, message, 'The comments were kept; remove them if it complains.'));
  }
  if (current.state === 'present' && current.links > 1) {
    const message = 'The file has a second name (a hard link), which will keep the old content.';
    warnings.push(
      warning('hard-link', path, message, 'Copy the change to the other name if you need it there.'),
    );
  }
  return warnings;
}

/** The file keeps its mode, which is the user's own; a file that we make is private from the start. */
function openToOthers(path: string): ClientProblem {
  const message = 'Every user of this machine can read this file, and the token that will stand in it.';
  return warning('open-to-others', path, message, `Close it first, for example: chmod 600 '${path}'`);
}

function headerWarnings(client: FileClient, entry: ClientEntry): readonly ClientProblem[] {
  return entry.headersLeftOut.map((name) =>
    warning(
      'header-not-sent',
      client.id,
      `${client.title} cannot take the value of ${name} from its environment, so the header is not in the entry.`,
      'Connect it through the bridge, or add the header to the entry by hand.',
    ),
  );
}

/** The refusal for a client that was not found on this machine; nothing is ever created for it (writer rule 5). */
export function notInstalled(client: FileClient): Outcome<never> {
  const message = `${client.title} was not found on this computer.`;
  return refuse('not-installed', client.id, message, 'Install it and start it once, then try again.');
}
