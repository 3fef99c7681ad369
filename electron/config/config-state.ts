import { createHash } from 'node:crypto';
import type { Config } from '../../shared/config/config.ts';
import { type DisabledBackend, type ParseOptions, parseConfig } from '../../shared/config/parse-config.ts';
import type { Problem } from '../../shared/errors/problem.ts';

/** The configuration as it is in force now. */
export interface ConfigState {
  readonly config: Config;
  /** Everything to be told: of the settings, and of the file itself. */
  readonly problems: readonly Problem[];
  readonly disabled: readonly DisabledBackend[];
  /** Names this state of the file; an edit that was made on another one is refused. */
  readonly revision: string;
  /** The file is not rewritten: it is of a newer version (CFG-10), or cannot be read just now (CFG-15). */
  readonly readOnly: boolean;
}

/** The revision of a file that does not exist. */
export const NO_FILE = 'no-file';

/** What a new file begins as. */
export const EMPTY_TEXT = '{\n  "version": 1\n}\n';

/** The revision of a file with these bytes. */
export function revisionOf(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

/** The state that a file's value stands for; `notes` are problems of the file itself. */
export function toState(
  raw: unknown,
  revision: string,
  notes: readonly Problem[],
  options: ParseOptions,
): ConfigState {
  const { problems, ...parsed } = parseConfig(raw, options);
  return { ...parsed, revision, problems: [...notes, ...problems] };
}

/**
 * The errors that a change would bring in. Those that were there before do not count, so that one bad entry does
 * not lock all others; an entry that has only moved up in its list is the same entry.
 */
export function newErrors(before: unknown, after: unknown, options: ParseOptions): readonly Problem[] {
  const strict: ParseOptions = { ...options, purpose: 'save' };
  const known = new Set(errorsOf(before, strict).map(nameOf));
  return errorsOf(after, strict).filter((found) => !known.has(nameOf(found)));
}

function errorsOf(raw: unknown, options: ParseOptions): readonly Problem[] {
  return parseConfig(raw, options).problems.filter(({ severity }) => severity === 'error');
}

function nameOf({ code, place, message }: Problem): string {
  return `${code} ${place} ${message}`.replace(/\[\d+\]/g, '[]');
}
