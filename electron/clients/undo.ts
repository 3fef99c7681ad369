import { rm, rmdir } from 'node:fs/promises';
import { type ClientProblem, good, type Outcome, refuse } from '../../shared/clients/codes.ts';
import type { FileClient } from '../../shared/clients/definition.ts';
import { replaceFile } from './atomic-write.ts';
import { type ClientText, checkWritable, errorCode, readClientText } from './client-text.ts';
import { diffHunks, type Hunk, unifiedDiff } from './diff.ts';
import type { ClientHost } from './host.ts';
import { locateFiles } from './places.ts';
import { DEFAULT_ENTRY_NAME, fileClient } from './preview.ts';
import { planUndo, type UndoPlan } from './undo-plan.ts';
import { dropRecord, readRecords, type UndoRecord } from './undo-record.ts';

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
  const results: Outcome<Undone>[] = [];
  for (const { path, record } of await filesOfOurs(host, client.value)) {
    results.push(await undoFile(host, client.value, path, record?.entryName ?? entryName, record));
  }
  const undone = results.flatMap((result) =>
    result.ok && result.value.how !== 'absent' ? [result.value] : [],
  );
  const problems = results.flatMap((result) => (result.ok ? [] : [result.problem]));
  if (undone.length === 0 && problems.length === 0) {
    const message = `${client.value.title} has no entry of ours.`;
    const nothing = refuse('nothing-to-undo', clientId, message, 'There is nothing to do.');
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
    const plan = await planUndo(host, client, path, entryName, current.value, record);
    if (!plan.ok) return plan;
    const result = await carryOut(path, current.value, plan.value, record);
    if (result.ok && record !== undefined) await dropRecord(host, record);
    return result;
  } catch (error) {
    const message = `The file could not be written (${errorCode(error)}); it is as it was.`;
    return refuse('write', path, message, 'Check free space and permissions, then try again.');
  }
}

async function carryOut(
  path: string,
  current: ClientText,
  plan: UndoPlan,
  record: UndoRecord | undefined,
): Promise<Outcome<Undone>> {
  if (plan.how === 'absent' || current.state === 'absent') return good({ path, how: 'absent' });
  const writable = await checkWritable(path, current);
  if (!writable.ok) return writable;
  if (plan.how === 'deleted') return await deleteCreated(path, current, record?.createdFolders ?? []);
  return await write(path, current, plan.bytes, plan.how);
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

async function deleteCreated(
  path: string,
  current: Present,
  createdFolders: readonly string[],
): Promise<Outcome<Undone>> {
  if (!(await isStill(path, current))) return changed(path);
  await rm(current.target);
  for (const folder of createdFolders.toReversed()) {
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
  return refuse('changed', path, message, 'Try again.');
}

/** A disconnect as it would change one file; `deleted` has no text after. */
export interface UndoPreviewFile {
  readonly path: string;
  readonly how: 'restored' | 'deleted' | 'removed';
  readonly sha256: string;
  readonly diff: string;
  readonly hunks: readonly Hunk[];
}

/** What `undoConnect` would do right now, file by file. Reads only. */
export async function previewUndo(
  host: ClientHost,
  clientId: string,
  entryName: string = DEFAULT_ENTRY_NAME,
): Promise<
  Outcome<{ readonly files: readonly UndoPreviewFile[]; readonly problems: readonly ClientProblem[] }>
> {
  const client = fileClient(clientId);
  if (!client.ok) return client;
  const files: UndoPreviewFile[] = [];
  const problems: ClientProblem[] = [];
  for (const { path, record } of await filesOfOurs(host, client.value)) {
    const current = await readClientText(path);
    if (!current.ok) {
      problems.push(current.problem);
      continue;
    }
    if (current.value.state === 'absent') continue;
    const plan = await planUndo(
      host,
      client.value,
      path,
      record?.entryName ?? entryName,
      current.value,
      record,
    );
    if (!plan.ok) problems.push(plan.problem);
    else if (plan.value.how !== 'absent') files.push(previewOf(path, current.value, plan.value));
  }
  return good({ files, problems });
}

function previewOf(
  path: string,
  current: Present,
  plan: Exclude<UndoPlan, { how: 'absent' }>,
): UndoPreviewFile {
  const before = current.decoded.text;
  const after = plan.how === 'deleted' ? '' : plan.bytes.toString('utf8').replace(/^\uFEFF/, '');
  return {
    path,
    how: plan.how,
    sha256: current.sha256,
    diff: unifiedDiff(path, before, after),
    hunks: diffHunks(before, after),
  };
}

async function filesOfOurs(
  host: ClientHost,
  client: FileClient,
): Promise<readonly { readonly path: string; readonly record: UndoRecord | undefined }[]> {
  const records = await readRecords(host, client.id);
  const recorded = new Set(records.map((record) => record.path));
  const located = (await locateFiles(client, host)).filter((file) => !recorded.has(file.path));
  return [
    ...records.map((record) => ({ path: record.path, record })),
    ...located.map((file) => ({ path: file.path, record: undefined })),
  ];
}
