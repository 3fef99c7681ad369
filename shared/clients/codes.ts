import type { Problem } from '../errors/problem.ts';

/** Codes of everything that can be wrong with another program's config file, an import or an export. Stable. */
export const CLIENT_ERROR_CODES = [
  'client-unknown',
  'client-not-installed',
  'client-copy-only',
  'client-bridge-needed',
  'client-header-not-sent',
  'client-file-unreadable',
  'client-file-read-only',
  'client-file-too-large',
  'client-file-encoding',
  'client-file-not-regular',
  'client-file-symlink',
  'client-file-owner',
  'client-file-hard-link',
  'client-file-comments',
  'client-file-parse',
  'client-file-shape',
  'client-file-changed',
  'client-file-write',
  'client-edit-unsafe',
  'client-entry-foreign',
  'client-entry-twice',
  'client-token',
  'client-nothing-to-undo',
  'client-backup',
  'import-parse',
  'import-empty',
  'import-too-large',
  'import-entry-shape',
  'import-entry-name',
  'import-entry-self',
  'import-entry-duplicate',
  'import-entry-replaces',
  'import-url',
  'import-secret-in-argument',
  'import-secret-moved',
  'import-placeholder',
  'import-invisible',
  'export-not-expressible',
  'export-needs-environment',
] as const;

export type ClientErrorCode = (typeof CLIENT_ERROR_CODES)[number];

/** A problem of this area: the common shape with a code of the list above. */
export type ClientProblem = Omit<Problem, 'code'> & { readonly code: ClientErrorCode };

/** What a step that can be refused answers: the value, or the one problem that stopped it. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ClientProblem };

/** Wraps a value as a good outcome. */
export function good<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** A refusal: code, place (a path or an entry), what is wrong, and the way out. Carries no secret. */
export function refuse(
  code: ClientErrorCode,
  place: string,
  message: string,
  fix: string,
): { readonly ok: false; readonly problem: ClientProblem } {
  return { ok: false, problem: { code, severity: 'error', place, message, fix } };
}

/** A problem that stops nothing but should be seen before confirming. */
export function warning(code: ClientErrorCode, place: string, message: string, fix: string): ClientProblem {
  return { code, severity: 'warning', place, message, fix };
}
