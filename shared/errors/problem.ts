import type { ErrorCode } from './codes.ts';

/**
 * One thing that is wrong, said so that a person can act on it. Never carries a secret or a header value.
 */
export interface Problem {
  readonly code: ErrorCode;
  readonly severity: 'error' | 'warning';
  /** Where it stands, in the words of the config file: `passthroughHeaders[2]`, `backends.billing.headers.X-Region`. */
  readonly place: string;
  /** What is wrong, one sentence. */
  readonly message: string;
  /** The way out, one sentence. */
  readonly fix: string;
}

/** The answer of a check: the parsed value, or everything that is wrong with the input at once. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Puts a problem together; an error unless said otherwise. `message` and `fix` must not hold a header value. */
export function problem(
  code: ErrorCode,
  place: string,
  message: string,
  fix: string,
  severity: Problem['severity'] = 'error',
): Problem {
  return { code, severity, place, message, fix };
}
