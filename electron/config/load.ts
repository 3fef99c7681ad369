import { constants, copyFile } from 'node:fs/promises';
import { type Problem, problem } from '../../shared/errors/problem.ts';
import { ConfigError, systemReason } from './config-error.ts';
import { revisionOf } from './config-state.ts';
import { decodeText } from './decode-text.ts';
import { type ParsedText, parseText } from './parse-text.ts';
import { type FileRead, readConfigFile } from './read-file.ts';
import { writeFileWhole } from './write-file.ts';

/** A text that can be used, and what is to be told about how it came to be. */
export interface Loaded {
  readonly text: string;
  readonly raw: Readonly<Record<string, unknown>>;
  /** Of the bytes on disk, also where another text is in force. */
  readonly revision: string;
  readonly notes: readonly Problem[];
  /** The file on disk is another one and must not be touched. */
  readonly standIn: boolean;
}

/** Why bytes cannot be used. `lost`: nothing a person typed, so the file may be put back. */
interface Unusable {
  readonly revision: string;
  readonly problems: readonly Problem[];
  readonly lost: boolean;
}

/** Where the copy of the last text that could be read is kept, to go back to. */
export function lastGoodPath(path: string): string {
  return `${path}.last-good`;
}

/** Reads what is on disk and changes nothing: for a file that was changed while running (CFG-15). */
export function readUsable(path: string, found: Extract<FileRead, { state: 'found' }>): Loaded | Unusable {
  const revision = revisionOf(found.bytes);
  const decoded = decodeText(found.bytes);
  if (decoded.kind === 'damaged') {
    return { revision, problems: [damage(path, decoded.what)], lost: true };
  }
  const parsed = parseText(decoded.text, path);
  if (parsed.ok) {
    const { text } = decoded;
    return { text, raw: parsed.raw, revision, notes: found.warnings, standIn: false };
  }
  return { revision, problems: parsed.problems, lost: parsed.truncated || decoded.kind === 'odd' };
}

/**
 * Reads the file at start. Damage is repaired from the last good copy, with the bad file kept aside under a name
 * with the time (CFG-17); a mistake that a person made is left as it is, and the last good copy is in force until it
 * is corrected (CFG-08). Rejects with `ConfigError` where neither gives anything to start with.
 */
export async function loadAtStart(
  path: string,
  found: Extract<FileRead, { state: 'found' }>,
  now: Date,
): Promise<Loaded> {
  const usable = readUsable(path, found);
  const decoded = decodeText(found.bytes);
  if (!('problems' in usable)) {
    if (decoded.kind !== 'odd') return usable;
    return putBack(
      path,
      usable.text,
      usable.raw,
      `${path} ${decoded.what}; it was stored anew as UTF-8`,
      now,
    );
  }
  const good = await readLastGood(path);
  if (good === undefined) throw new ConfigError(usable.problems);
  const what = usable.problems[0]?.message ?? '';
  if (usable.lost) return putBack(path, good.text, good.raw, `${what} The last good copy was restored`, now);
  const backup = problem(
    'config.restored',
    path,
    `${path} has a mistake; the last good configuration is in force until it is corrected.`,
    `Correct the file, or go back to the copy ${lastGoodPath(path)}.`,
    'warning',
  );
  return {
    ...good,
    revision: revisionOf(found.bytes),
    notes: [...found.warnings, ...usable.problems, backup],
    standIn: true,
  };
}

async function readLastGood(path: string): Promise<{ text: string; raw: Loaded['raw'] } | undefined> {
  const found = await readConfigFile(lastGoodPath(path));
  if (found.state !== 'found') return undefined;
  const decoded = decodeText(found.bytes);
  if (decoded.kind !== 'sound') return undefined;
  const parsed: ParsedText = parseText(decoded.text, path);
  return parsed.ok ? { text: decoded.text, raw: parsed.raw } : undefined;
}

async function putBack(
  path: string,
  text: string,
  raw: Loaded['raw'],
  what: string,
  now: Date,
): Promise<Loaded> {
  const aside = `${path}.bad-${now.toISOString().replace(/[:.]/g, '-')}`;
  try {
    await copyFile(path, aside, constants.COPYFILE_EXCL);
    await writeFileWhole(path, text);
  } catch (error) {
    const message = `${what}, in memory only: ${systemReason(error)}.`;
    const note = problem('config.restored', path, message, 'Make the folder writable for you.', 'warning');
    return { text, raw, revision: revisionOf(text), notes: [note], standIn: true };
  }
  const fix = `Compare it with ${aside}, which holds what was found, and delete that when nothing is missing.`;
  const note = problem('config.restored', path, `${what}.`, fix, 'warning');
  return { text, raw, revision: revisionOf(text), notes: [note], standIn: false };
}

function damage(path: string, what: string): Problem {
  const fix = 'Write the configuration anew; {"version": 1} is enough to start with.';
  return problem('config.syntax', path, `${path} ${what}.`, fix);
}
