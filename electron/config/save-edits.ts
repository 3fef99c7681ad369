import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ParseOptions } from '../../shared/config/parse-config.ts';
import { type Checked, type Problem, problem } from '../../shared/errors/problem.ts';
import { ConfigError, systemReason } from './config-error.ts';
import { type ConfigState, NO_FILE, newErrors, revisionOf } from './config-state.ts';
import { type ConfigEdit, editText } from './edit-text.ts';
import { lockFile } from './file-lock.ts';
import type { Loaded } from './load.ts';
import { parseText } from './parse-text.ts';
import { readConfigFile } from './read-file.ts';
import { writeFileWhole } from './write-file.ts';

export interface Save {
  readonly loaded: Loaded;
  readonly state: ConfigState;
  readonly expected: string;
  readonly edits: readonly ConfigEdit[];
  readonly options: ParseOptions;
}

/** Applies edits to the text and saves it, or says why not; the file is untouched then. */
export async function saveEdits(path: string, save: Save): Promise<Checked<Loaded>> {
  const { loaded, state, expected, edits, options } = save;
  if (state.readOnly) return refuse(readOnly(path));
  if (state.revision !== expected) return refuse(stale(path));
  const edited = tryEdit(path, loaded.text, edits);
  if (typeof edited !== 'string') return refuse(edited);
  const parsed = parseText(edited, path);
  if (!parsed.ok) return parsed;
  const errors = newErrors(loaded.raw, parsed.raw, options);
  if (errors.length > 0) return { ok: false, problems: errors };
  if (edited === loaded.text) return { ok: true, value: loaded };
  try {
    await writeUnderLock(path, edited, expected);
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, problems: error.problems };
    return refuse(saveFailed(path, error));
  }
  const revision = revisionOf(edited);
  return { ok: true, value: { text: edited, raw: parsed.raw, revision, notes: [], standIn: false } };
}

/** The expectation is checked once more with the draft on disk and other processes of ours locked out. */
async function writeUnderLock(path: string, text: string, expected: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await using _lock = await lockFile(path);
  await writeFileWhole(path, text, () => expectRevision(path, expected));
}

async function expectRevision(path: string, expected: string): Promise<void> {
  const found = await readConfigFile(path);
  const revision = found.state === 'found' ? revisionOf(found.bytes) : NO_FILE;
  if (revision !== expected) throw new ConfigError([stale(path)]);
}

function tryEdit(path: string, text: string, edits: readonly ConfigEdit[]): string | Problem {
  try {
    return editText(text, edits);
  } catch {
    const fix = 'Bring that part of the file into its documented shape first.';
    return problem('config.field', path, 'The change does not fit the shape that the file has.', fix);
  }
}

function refuse(found: Problem): { ok: false; problems: readonly Problem[] } {
  return { ok: false, problems: [found] };
}

function readOnly(path: string): Problem {
  const message = `${path} is open read-only: a newer version wrote it, or it has a mistake.`;
  return problem('config.read-only', path, message, 'See what is wrong with it, and correct that first.');
}

function stale(path: string): Problem {
  const message = `${path} was changed by someone else in the meantime.`;
  return problem('config.stale', path, message, 'Look at the new state, and make the change again.');
}

function saveFailed(path: string, error: unknown): Problem {
  const message = `${path} was not saved: ${systemReason(error)}. The old file is untouched.`;
  return problem('config.save-failed', path, message, 'Remove the cause, and make the change again.');
}
