import type { Problem } from '../../shared/errors/problem.ts';
import { ConfigError } from '../config/config-error.ts';

/** 0 well, 1 problems found, 2 wrong usage: part of the command line's contract. */
export const EXIT = { well: 0, problems: 1, usage: 2 } as const;

/** An answer: standard output, one line more. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** An answer for programs: one line of JSON. */
export function sayJson(value: unknown): void {
  say(JSON.stringify(value));
}

/** What a person has to know while the answer is read by a program, or where there is no answer. */
export function warn(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Where a person signs in, for whoever has no window: the answer comes back to this machine's loopback address. */
export function openByHand(address: string): string {
  return `To sign in, open this in a browser of this machine:\n\n  ${address}\n`;
}

/** A problem as two lines: what and where, then the way out. */
export function describeProblem({ severity, code, place, message, fix }: Problem): string {
  const where = place === '' || message.includes(place) ? '' : ` (${place})`;
  return `${severity}: ${message}${where} [${code}]\n  ${fix}`;
}

/** Tells a failure in words and makes the process end with 1. Unforeseen ones show their stack. */
export function fail(error: unknown): void {
  process.exitCode = EXIT.problems;
  const problems = problemsOf(error);
  if (problems !== undefined) for (const found of problems) warn(describeProblem(found));
  else warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

function problemsOf(error: unknown): readonly Problem[] | undefined {
  if (error instanceof ConfigError) return error.problems;
  if (!(error instanceof Error) || !('problem' in error)) return undefined;
  return [error.problem as Problem];
}
