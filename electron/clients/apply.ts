import { mkdir, stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { type ClientProblem, good, type Outcome, refuse } from '../../shared/clients/codes.ts';
import type { FileClient } from '../../shared/clients/definition.ts';
import { clientEntry } from '../../shared/clients/entry.ts';
import type { JsonObject } from '../../shared/json/json-value.ts';
import { replaceFile } from './atomic-write.ts';
import { type ClientText, checkWritable, errorCode, readClientText, sha256 } from './client-text.ts';
import { encodeText } from './encoding.ts';
import { emptyText, withEntry } from './entry-text.ts';
import type { ClientHost } from './host.ts';
import { type ConnectPreview, fileClient, type PreviewFile } from './preview.ts';
import { readRecords, type UndoRecord, writeBackup, writeRecord } from './undo-record.ts';

export interface ApplyOptions {
  /** Makes the one token of this client; called once, after every precondition has been checked. */
  readonly createToken: (clientId: string) => Promise<string>;
}

export interface ApplyResult {
  readonly clientId: string;
  readonly written: readonly { readonly path: string; readonly backup: string | null }[];
  readonly problems: readonly ClientProblem[];
  /** A token was made. When nothing was written the caller revokes it. */
  readonly tokenCreated: boolean;
}

// RFC 6750 section 2.1: what a bearer token may be made of.
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const NEW_FILE_MODE = 0o600;

/**
 * Writes what was previewed: same bytes as previewed, else nothing (reason `changed`); backup and undo record
 * first, then the file in one step. Never throws for a file's sake; what failed is in `problems`, by path.
 */
export async function applyConnect(
  host: ClientHost,
  preview: ConnectPreview,
  options: ApplyOptions,
): Promise<ApplyResult> {
  const client = fileClient(preview.clientId);
  if (!client.ok) return nothingWritten(preview, [client.problem]);
  const checks = await Promise.all(preview.files.map((file) => currentAsPreviewed(file)));
  const stopped = checks.flatMap((check) => (check.ok ? [] : [check.problem]));
  if (stopped.length === checks.length) return nothingWritten(preview, stopped);
  const token = await makeToken(preview.clientId, options);
  if (!token.ok) return nothingWritten(preview, [token.problem]);
  const entry = clientEntry(client.value, { ...preview.options, token: token.value });
  if (!entry.ok) return { ...nothingWritten(preview, [entry.problem]), tokenCreated: true };
  const written: { path: string; backup: string | null }[] = [];
  const problems: ClientProblem[] = [];
  for (const file of preview.files) {
    const result = await applyFile(host, client.value, preview, file, entry.value.value);
    if (result.ok) written.push({ path: file.path, backup: result.value });
    else problems.push(result.problem);
  }
  return { clientId: preview.clientId, written, problems, tokenCreated: true };
}

function nothingWritten(preview: ConnectPreview, problems: readonly ClientProblem[]): ApplyResult {
  return { clientId: preview.clientId, written: [], problems, tokenCreated: false };
}

async function makeToken(clientId: string, options: ApplyOptions): Promise<Outcome<string>> {
  const fix = 'Look at the state of the token store, then try again.';
  try {
    const token = await options.createToken(clientId);
    if (BEARER_TOKEN.test(token)) return good(token);
    return refuse('token', clientId, 'The token has characters that a header cannot carry.', fix);
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown';
    return refuse('token', clientId, `No token could be made (${reason}).`, fix);
  }
}

/** Reads the file again and holds it against the preview. */
async function currentAsPreviewed(file: PreviewFile): Promise<Outcome<ClientText>> {
  const current = await readClientText(file.path);
  if (!current.ok) return current;
  const digest = current.value.state === 'present' ? current.value.sha256 : null;
  if (digest !== file.sha256 || current.value.target !== file.target) return changed(file.path);
  const writable = await checkWritable(file.path, current.value);
  return writable.ok ? current : writable;
}

function changed(path: string): Outcome<never> {
  const message = 'The file has changed since the preview; nothing was written.';
  return refuse('changed', path, message, 'Look at a new preview, then confirm again.');
}

async function applyFile(
  host: ClientHost,
  client: FileClient,
  preview: ConnectPreview,
  file: PreviewFile,
  value: JsonObject,
): Promise<Outcome<string | null>> {
  try {
    const current = await currentAsPreviewed(file);
    if (!current.ok) return current;
    const before = current.value.state === 'present' ? current.value : undefined;
    const text = before?.decoded.text ?? emptyText(client);
    const edited = withEntry(client, text, preview.options.entryName, value, file.path);
    if (!edited.ok) return edited;
    const bytes = encodeText({ text: edited.value.text, bom: before?.decoded.bom ?? false });
    const createdFolders = before === undefined ? await foldersToCreate(file) : [];
    const kept = await keepBefore(host, preview, file, current.value, {
      after: sha256(bytes),
      exact: !edited.value.replaced,
      createdFolders,
    });
    if (!kept.ok) return kept;
    if (createdFolders.length > 0) await mkdir(dirname(file.target), { recursive: true, mode: 0o700 });
    const mode = before?.mode ?? NEW_FILE_MODE;
    const done = await replaceFile(file.target, bytes, mode, async () => (await currentAsPreviewed(file)).ok);
    return done ? kept : changed(file.path);
  } catch (error) {
    return refuse(
      'write',
      file.path,
      `The file could not be written (${errorCode(error)}); it is as it was.`,
      'Check free space and permissions, then try again.',
    );
  }
}

/** The folders between the marker and the file that do not exist yet, outermost first. */
async function foldersToCreate(file: PreviewFile): Promise<string[]> {
  const missing: string[] = [];
  for (let folder = dirname(file.target); ; folder = dirname(folder)) {
    const inside = !relative(file.marker, folder).startsWith('..');
    if (!inside || (await stat(folder).catch(() => undefined)) !== undefined) return missing;
    missing.unshift(folder);
  }
}

/**
 * Backup and record. When the file is still as our last write left it, the first backup stays the one that counts:
 * undo after a second connect leads back to before the first.
 */
async function keepBefore(
  host: ClientHost,
  preview: ConnectPreview,
  file: PreviewFile,
  current: ClientText,
  next: { readonly after: string; readonly exact: boolean; readonly createdFolders: string[] },
): Promise<Outcome<string | null>> {
  try {
    const records = await readRecords(host, preview.clientId);
    const earlier = records.find((record) => record.path === file.path);
    if (earlier !== undefined && earlier.after === file.sha256) {
      await writeRecord(host, { ...earlier, after: next.after });
      return good(null);
    }
    const record: UndoRecord = {
      version: 1,
      clientId: preview.clientId,
      entryName: preview.options.entryName,
      path: file.path,
      before: file.sha256,
      at: host.now().toISOString(),
      ...next,
    };
    const backup =
      current.state === 'present'
        ? await writeBackup(host, preview.clientId, file.path, current.bytes)
        : null;
    await writeRecord(host, record);
    return good(backup);
  } catch (error) {
    const message = `No backup could be written (${errorCode(error)}), so the file was not touched.`;
    return refuse('backup', file.path, message, 'Check free space and permissions of the data folder.');
  }
}
