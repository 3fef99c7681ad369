import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from './atomic-write.ts';
import { errorCode } from './client-text.ts';
import type { ClientHost } from './host.ts';

/**
 * What is needed to take one connection back. Holds paths and digests, no content; the bytes before stand in the backup
 * beside it. `exact` is false when the file already held an entry of ours that a newer token has replaced.
 */
const undoRecordSchema = z.object({
  version: z.literal(1),
  clientId: z.string(),
  entryName: z.string(),
  path: z.string(),
  /** The digest of the file before us; null when we created it. */
  before: z.string().nullable(),
  after: z.string(),
  exact: z.boolean(),
  createdFolders: z.array(z.string()),
  at: z.string(),
});

export type UndoRecord = z.infer<typeof undoRecordSchema>;

const PRIVATE = 0o600;

function folderOf(host: ClientHost, clientId: string): string {
  return join(host.stateDirectory, 'client-edits', clientId);
}

function fileOf(host: ClientHost, clientId: string, path: string, suffix: 'json' | 'bak'): string {
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return join(folderOf(host, clientId), `${name}.${suffix}`);
}

async function writePrivate(path: string, bytes: Uint8Array): Promise<void> {
  await replaceFile(path, bytes, PRIVATE, async () => true);
}

/** Keeps the bytes of a file before our edit; returns where. Mode 0600 in a folder of mode 0700: others' secrets are in it. */
export async function writeBackup(
  host: ClientHost,
  clientId: string,
  path: string,
  bytes: Uint8Array,
): Promise<string> {
  await mkdir(folderOf(host, clientId), { recursive: true, mode: 0o700 });
  const backup = fileOf(host, clientId, path, 'bak');
  await writePrivate(backup, bytes);
  return backup;
}

/** The bytes of a backup; undefined when it is gone. */
export async function readBackup(host: ClientHost, record: UndoRecord): Promise<Buffer | undefined> {
  return await readFile(fileOf(host, record.clientId, record.path, 'bak')).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
}

/** Writes the record before the client's file changes, so that a crash in between leaves nothing that cannot be undone. */
export async function writeRecord(host: ClientHost, record: UndoRecord): Promise<void> {
  await mkdir(folderOf(host, record.clientId), { recursive: true, mode: 0o700 });
  const path = fileOf(host, record.clientId, record.path, 'json');
  await writePrivate(path, Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
}

/** The records of one client. An unreadable one is as good as none: undo then removes our entry only. */
export async function readRecords(host: ClientHost, clientId: string): Promise<readonly UndoRecord[]> {
  const folder = folderOf(host, clientId);
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(folder, name), 'utf8')),
  );
  return texts.flatMap((text) => {
    const record = undoRecordSchema.safeParse(parseJson(text));
    return record.success ? [record.data] : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Forgets a record and its backup. */
export async function dropRecord(host: ClientHost, record: UndoRecord): Promise<void> {
  await rm(fileOf(host, record.clientId, record.path, 'json'), { force: true });
  await rm(fileOf(host, record.clientId, record.path, 'bak'), { force: true });
}
