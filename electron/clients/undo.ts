import { rm, rmdir } from 'node:fs/promises';
import { type ClientProblem, good, type Outcome, refuse } from '../../shared/clients/codes.ts';
import type { FileClient } from '../../shared/clients/definition.ts';
import { replaceFile } from './atomic-write.ts';
import { type ClientText, checkWritable, errorCode, readClientText, sha256 } from './client-text.ts';
import { encodeText } from './encoding.ts';
import { withoutOurEntry } from './entry-text.ts';
import type { ClientHost } from './host.ts';
import { locateFiles } from './places.ts';
import { DEFAULT_ENTRY_NAME, fileClient } from './preview.ts';
import { dropRecord, readBackup, readRecords, type UndoRecord } from './undo-record.ts';

/** `restored`: the exact bytes from before; `removed`: only our entry taken out; `absent`: there was nothing of ours. */
export interface Undone {
  readonly path: string;
  readonly how: 'restored' | 'deleted' | 'removed' | 'absent';
}

export interface UndoResult {
  readonly clientId: string;
  readonly undone: readonly Undone[];
  readonly problems: readonly ClientProblem[];
}

type Present = Extract<ClientText, { state: 'present' }>;

/**
 * Takes a connection back. A file that is still as we left it gets its exact bytes back (or is deleted when we had
 * created it); a file that others have changed since loses our entry and nothing else. The caller revokes the token.
 */
export async function undoConnect(
  host: ClientHost,
  clientId: string,
  entryName: string = DEFAULT_ENTRY_NAME,
): Promise<UndoResult> {
  const client = fileClient(clientId);
  if (!client.ok) return { clientId, undone: [], problems: [client.problem] };
  const records = await readRecords(host, clientId);
  const recorded = new Set(records.map((record) => record.path));
  const located = (await locateFiles(client.value, host)).filter((file) => !recorded.has(file.path));
  const results: Outcome<Undone>[] = [];
  for (const record of records)
    results.push(await undoFile(host, client.value, record.path, record.entryName, record));
  for (const file of located)
    results.push(await undoFile(host, client.value, file.path, entryName, undefined));
  const undone = results.flatMap((result) =>
    result.ok && result.value.how !== 'absent' ? [result.value] : [],
  );
  const problems = results.flatMap((result) => (result.ok ? [] : [result.problem]));
  if (undone.length === 0 && problems.length === 0) {
    const message = `${client.value.title} has no entry of ours.`;
    const nothing = refuse('client-nothing-to-undo', clientId, message, 'There is nothing to do.');
    return { clientId, undone, problems: [nothing.problem] };
  }
  return { clientId, undone, problems };
}

async function undoFile(
  host: ClientHost,
  client: FileClient,
  path: string,
  entryName: string,
  record: UndoRecord | undefined,
): Promise<Outcome<Undone>> {
  try {
    const current = await readClientText(path);
    if (!current.ok) return current;
    const result =
      current.value.state === 'absent'
        ? good<Undone>({ path, how: 'absent' })
        : await undoPresent(host, client, path, entryName, current.value, record);
    if (result.ok && record !== undefined) await dropRecord(host, record);
    return result;
  } catch (error) {
    const message = `The file could not be written (${errorCode(error)}); it is as it was.`;
    return refuse('client-file-write', path, message, 'Check free space and permissions, then try again.');
  }
}

async function undoPresent(
  host: ClientHost,
  client: FileClient,
  path: string,
  entryName: string,
  current: Present,
  record: UndoRecord | undefined,
): Promise<Outcome<Undone>> {
  // The record is written before the file: a crash in between leaves a record for a file that never changed.
  if (record?.before === current.sha256) return good({ path, how: 'absent' });
  const writable = await checkWritable(path, current);
  if (!writable.ok) return writable;
  if (record?.exact === true && record.after === current.sha256) {
    if (record.before === null) return await deleteCreated(path, current, record);
    const bytes = await readBackup(host, record);
    if (bytes !== undefined && sha256(bytes) === record.before) {
      return await write(path, current, bytes, 'restored');
    }
  }
  const text = withoutOurEntry(client, current.decoded.text, entryName, path);
  if (!text.ok) return text;
  if (!text.value.removed) return good({ path, how: 'absent' });
  return await write(
    path,
    current,
    encodeText({ text: text.value.text, bom: current.decoded.bom }),
    'removed',
  );
}

async function write(
  path: string,
  current: Present,
  bytes: Buffer,
  how: Undone['how'],
): Promise<Outcome<Undone>> {
  const done = await replaceFile(
    current.target,
    bytes,
    current.mode,
    async () => await isStill(path, current),
  );
  return done ? good({ path, how }) : changed(path);
}

async function isStill(path: string, current: Present): Promise<boolean> {
  const now = await readClientText(path);
  return now.ok && now.value.state === 'present' && now.value.sha256 === current.sha256;
}

async function deleteCreated(path: string, current: Present, record: UndoRecord): Promise<Outcome<Undone>> {
  if (!(await isStill(path, current))) return changed(path);
  await rm(current.target);
  for (const folder of record.createdFolders.toReversed()) {
    try {
      await rmdir(folder);
    } catch (error) {
      // Something else lives in it by now; it stays.
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorCode(error))) throw error;
    }
  }
  return good({ path, how: 'deleted' });
}

function changed(path: string): Outcome<never> {
  const message = 'The file changed while it was being undone; nothing was written.';
  return refuse('client-file-changed', path, message, 'Try again.');
}
