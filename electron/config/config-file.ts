import type { ParseOptions } from '../../shared/config/parse-config.ts';
import { type Checked, type Problem, problem } from '../../shared/errors/problem.ts';
import { createListeners } from '../secrets/change-listeners.ts';
import { ConfigError, systemReason } from './config-error.ts';
import { type ConfigState, EMPTY_TEXT, NO_FILE, toState } from './config-state.ts';
import type { ConfigEdit } from './edit-text.ts';
import { type Loaded, lastGoodPath, loadAtStart, readUsable } from './load.ts';
import { keepOwnFolder, removeOldDrafts } from './own-folder.ts';
import { parseText } from './parse-text.ts';
import { readConfigFile } from './read-file.ts';
import { saveEdits } from './save-edits.ts';
import { watchConfigFile } from './watch-file.ts';
import { writeFileWhole } from './write-file.ts';

/** What a listener is told: the new state and who made it. */
export interface ConfigChange {
  readonly state: ConfigState;
  readonly by: 'this-app' | 'file';
}

/** An open config file. It is watched until it is disposed of. */
export interface ConfigFile extends Disposable {
  readonly path: string;
  current(): ConfigState;
  /** What the file holds, entry by entry, judged by nobody: for showing an entry that is not in force. */
  raw(): Readonly<Record<string, unknown>>;
  /**
   * Changes the file in place, all edits or none. Refused, with the file untouched: when the file is no longer the
   * one of `expectedRevision`, when it is read-only, when the result would have an error that was not there before,
   * and when the disk does not take it.
   */
  edit(expectedRevision: string, edits: readonly ConfigEdit[]): Promise<Checked<ConfigState>>;
  /** Looks at the file now instead of when the system tells of a change. */
  reload(): Promise<ConfigState>;
  onChange(listener: (change: ConfigChange) => void): Disposable;
}

export interface OpenOptions extends ParseOptions {
  /** The folder to make and keep at 0700, where it is ours. */
  readonly ownFolder?: string;
  /** The file has to exist; else one that does not stands for the defaults until it is first edited. */
  readonly mustExist?: boolean;
  /** False for a command that ends at once. */
  readonly watch?: boolean;
  readonly now?: () => Date;
}

/**
 * Opens a config file. Rejects with `ConfigError` where there is nothing to start with: a file that may not be
 * used (CFG-16), or one that cannot be read and has no last good copy (CFG-08, CFG-17).
 */
export async function openConfigFile(path: string, options: OpenOptions = {}): Promise<ConfigFile> {
  const folderNotes = options.ownFolder === undefined ? [] : await keepOwnFolder(options.ownFolder);
  await removeOldDrafts(path);
  const changes = createListeners<ConfigChange>();
  let loaded = await loadFirst(path, options);
  const backupNotes = await keepLastGood(path, loaded);
  let state = stateOf(loaded, [...folderNotes, ...backupNotes]);
  let queue: Promise<unknown> = Promise.resolve();

  function stateOf(from: Loaded, notes: readonly Problem[] = []): ConfigState {
    const next = toState(from.raw, from.revision, [...notes, ...from.notes], options);
    return from.standIn ? { ...next, readOnly: true } : next;
  }
  async function adopt(next: Loaded, by: ConfigChange['by']): Promise<ConfigState> {
    loaded = next;
    state = stateOf(next, await keepLastGood(path, next));
    changes.tell({ state, by });
    return state;
  }
  /** What is in force stays in force; the problem is shown until the file can be used again (CFG-15). */
  function keep(revision: string, notes: readonly Problem[], readOnly: boolean): ConfigState {
    loaded = { ...loaded, revision, notes, standIn: readOnly };
    state = stateOf(loaded);
    changes.tell({ state, by: 'file' });
    return state;
  }
  async function look(): Promise<ConfigState> {
    const found = await readConfigFile(path);
    if (found.state === 'missing')
      return state.revision === NO_FILE ? state : keep(NO_FILE, [gone(path)], false);
    if (found.state === 'refused') {
      const known = loaded.notes.some(({ message }) => message === found.problem.message);
      return known ? state : keep(state.revision, [found.problem], true);
    }
    const usable = readUsable(path, found);
    if (usable.revision === state.revision) return state;
    return 'problems' in usable ? keep(usable.revision, usable.problems, true) : adopt(usable, 'file');
  }
  async function edit(expected: string, edits: readonly ConfigEdit[]): Promise<Checked<ConfigState>> {
    await look();
    const saved = await saveEdits(path, { loaded, state, expected, edits, options });
    if (!saved.ok) return saved;
    return { ok: true, value: saved.value === loaded ? state : await adopt(saved.value, 'this-app') };
  }
  /** One at a time: a look between an edit's check and its write would take the edit for someone else's. */
  function enqueue<T>(task: () => Promise<T>): Promise<T> {
    const result = queue.then(task);
    queue = result.catch(() => undefined);
    return result;
  }

  const watcher =
    options.watch === false
      ? undefined
      : watchConfigFile(path, () => {
          // What fails here is a listener; the file's own faults are problems in the state.
          enqueue(look).catch((error: unknown) => process.emitWarning(asError(error)));
        });
  return {
    path,
    current: () => state,
    raw: () => loaded.raw,
    edit: (expected, edits) => enqueue(() => edit(expected, edits)),
    reload: () => enqueue(look),
    onChange: (listener) => changes.add(listener),
    [Symbol.dispose]: () => watcher?.[Symbol.dispose](),
  };
}

async function loadFirst(path: string, options: OpenOptions): Promise<Loaded> {
  const found = await readConfigFile(path);
  if (found.state === 'refused') throw new ConfigError([found.problem]);
  if (found.state === 'found') return loadAtStart(path, found, options.now?.() ?? new Date());
  if (options.mustExist === true) {
    const fix = 'Check the path; {"version": 1} is enough for a first file.';
    throw new ConfigError([problem('config.file', path, `${path} does not exist.`, fix)]);
  }
  const parsed = parseText(EMPTY_TEXT, path);
  return {
    text: EMPTY_TEXT,
    raw: parsed.ok ? parsed.raw : {},
    revision: NO_FILE,
    notes: [],
    standIn: false,
  };
}

/** A copy beside the file, for a start that finds it damaged. */
async function keepLastGood(path: string, { text, revision, standIn }: Loaded): Promise<readonly Problem[]> {
  if (standIn || revision === NO_FILE) return [];
  try {
    const kept = await readConfigFile(lastGoodPath(path));
    if (kept.state === 'found' && kept.bytes.toString('utf8') === text) return [];
    await writeFileWhole(lastGoodPath(path), text);
    return [];
  } catch (error) {
    const message = `No copy of the last good configuration can be kept: ${systemReason(error)}.`;
    return [
      problem('config.file', lastGoodPath(path), message, 'Make the folder writable for you.', 'warning'),
    ];
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function gone(path: string): Problem {
  const fix = 'Put the file back; the next change made in Patchbay writes it anew.';
  return problem('config.file', path, `${path} is gone; its last settings stay in force.`, fix, 'warning');
}
