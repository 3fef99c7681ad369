import { type Problem, problem } from '../../shared/errors/problem.ts';

/** The config file cannot be used or saved. Carries what is wrong and the way out; no setting's value. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message, fix }) => `${message} ${fix}`).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'access is denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk reports an error',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'its symbolic links lead in a circle',
};

/** The system's error in words: `the disk is full`. */
export function systemReason(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  return REASONS[code] ?? `the system reports ${code}`;
}

/** `ENOSPC` and the like, when the error came from the system. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The problem of a file that may not or cannot be used at all. */
export function unusableFile(path: string, reason: string, fix: string): Problem {
  return problem('config.file', path, `${path} cannot be used: ${reason}.`, fix);
}
