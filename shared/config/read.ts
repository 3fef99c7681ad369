import type { z } from 'zod';
import { type ErrorCode, isErrorCode } from '../errors/codes.ts';
import { type Problem, problem } from '../errors/problem.ts';
import { placeOf } from './place.ts';

/** What of a zod context the checks below need. */
interface IssueSink {
  addIssue(issue: {
    code: 'custom';
    message: string;
    path?: PropertyKey[];
    params: Record<string, unknown>;
  }): void;
}

/** Reports a fault from inside a schema, with one of our codes and a way out. `path` is relative to the field. */
export function refuse(
  context: IssueSink,
  code: ErrorCode,
  message: string,
  fix: string,
  path: readonly PropertyKey[] = [],
): void {
  context.addIssue({ code: 'custom', message, path: [...path], params: { code, fix } });
}

/** Reports problems that a check without zod has found, under the path of the part that it looked at. */
export function refuseAll(
  context: IssueSink,
  problems: readonly Problem[],
  path: readonly PropertyKey[] = [],
): void {
  for (const found of problems) {
    if (found.severity === 'error') refuse(context, found.code, found.message, found.fix, path);
  }
}

export interface Reading<T> {
  /** Absent where an error was found. */
  readonly value?: T;
  readonly problems: readonly Problem[];
}

/**
 * Parses one part of the config. Unknown fields are warnings and are left out of the value (whoever saves keeps
 * them in the file, CFG-10); anything else that does not fit is an error with its place. Never throws.
 */
export function readPart<T>(schema: z.ZodType<T>, raw: unknown, place: string): Reading<T> {
  const first = schema.safeParse(raw);
  if (first.success) return { value: first.data, problems: [] };
  const unknown = first.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  if (unknown.length === 0) return { problems: first.error.issues.map((issue) => toProblem(issue, place)) };
  let pruned = raw;
  for (const issue of unknown) pruned = without(pruned, issue.path, new Set(issue.keys));
  const warnings = unknown.flatMap((issue) =>
    issue.keys.map((key) => unknownField(placeOf([...issue.path, key], place))),
  );
  const second = schema.safeParse(pruned);
  if (second.success) return { value: second.data, problems: warnings };
  return { problems: [...warnings, ...second.error.issues.map((issue) => toProblem(issue, place))] };
}

/** The warning for a field that this version does not know. */
export function unknownField(place: string): Problem {
  return problem(
    'config.unknown-field',
    place,
    `${place} is not a setting of this version.`,
    'Check its spelling.',
    'warning',
  );
}

/** Whether a value is a JSON object: not null, not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toProblem(issue: z.core.$ZodIssue, base: string): Problem {
  const place = placeOf(issue.path, base);
  const params: Readonly<Record<string, unknown>> = issue.code === 'custom' ? (issue.params ?? {}) : {};
  const { code, fix } = params;
  return problem(
    typeof code === 'string' && isErrorCode(code) ? code : 'config.field',
    place,
    issue.message,
    typeof fix === 'string' ? fix : 'Correct the field or remove it.',
  );
}

function without(value: unknown, path: readonly PropertyKey[], keys: ReadonlySet<string>): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (index === step ? without(item, rest, keys) : item));
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  if (step === undefined) return Object.fromEntries(entries.filter(([key]) => !keys.has(key)));
  return Object.fromEntries(
    entries.map(([key, item]) => [key, key === step ? without(item, rest, keys) : item]),
  );
}
