import type { ErrorCode } from '../errors/codes.ts';
import type { Problem } from '../errors/problem.ts';

/** What exactly stopped a step in another program's file, an import or an export, and the stable code it belongs to. */
const REASONS = {
  unknown: 'client.not-found',
  'not-installed': 'client.not-found',
  'copy-only': 'client.unsupported',
  'bridge-needed': 'client.unsupported',
  'header-not-sent': 'client.unsupported',
  unreadable: 'client.file',
  'read-only': 'client.file',
  'too-large': 'client.file',
  encoding: 'client.file',
  'not-regular': 'client.file',
  symlink: 'client.file',
  owner: 'client.file',
  'hard-link': 'client.file',
  'open-to-others': 'client.file',
  comments: 'client.file',
  parse: 'client.file',
  shape: 'client.file',
  write: 'client.file',
  backup: 'client.file',
  'edit-unsafe': 'client.file',
  'entry-foreign': 'client.file',
  'entry-twice': 'client.file',
  'nothing-to-undo': 'client.file',
  token: 'client.file',
  changed: 'client.changed',
  'import-text': 'import.entry',
  'import-empty': 'import.entry',
  'import-shape': 'import.entry',
  'import-name': 'import.entry',
  'import-self': 'import.entry',
  'import-duplicate': 'import.entry',
  'import-replaces': 'import.entry',
  'import-url': 'import.entry',
  'import-argument': 'import.entry',
  'import-secret': 'import.entry',
  'import-placeholder': 'import.entry',
  'import-invisible': 'import.entry',
  'import-left-out': 'import.entry',
  'export-lossy': 'export.lossy',
  'export-environment': 'export.lossy',
} as const satisfies Readonly<Record<string, ErrorCode>>;

export type ClientReason = keyof typeof REASONS;

/** The common shape, with the finer reason that callers and tests tell apart. */
export interface ClientProblem extends Problem {
  readonly reason: ClientReason;
}

/** What a step that can be refused answers: the value, or the one problem that stopped it. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ClientProblem };

/** Wraps a value as a good outcome. */
export function good<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** A refusal: place (a path or an entry), what is wrong, and the way out. Texts hold no secret. */
export function refuse(
  reason: ClientReason,
  place: string,
  message: string,
  fix: string,
): { readonly ok: false; readonly problem: ClientProblem } {
  return { ok: false, problem: { code: REASONS[reason], reason, severity: 'error', place, message, fix } };
}

/** A problem that stops nothing but should be seen before confirming. */
export function warning(reason: ClientReason, place: string, message: string, fix: string): ClientProblem {
  return { code: REASONS[reason], reason, severity: 'warning', place, message, fix };
}
