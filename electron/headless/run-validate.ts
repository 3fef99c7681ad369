import { checkConfigFile } from '../config/check-file.ts';
import { configPaths } from '../config/config-paths.ts';
import { describeProblem, EXIT, say, sayJson } from './output.ts';

/** Prints every problem with its place and way out; exit code 1 when one of them is an error. */
export async function runValidate(options: { config?: string; json?: true }): Promise<void> {
  const { configFile } = configPaths(options.config);
  const { ok, problems } = await checkConfigFile(configFile, options.config !== undefined);
  if (!ok) process.exitCode = EXIT.problems;
  if (options.json) return sayJson({ file: configFile, ok, problems });
  for (const found of problems) say(describeProblem(found));
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  say(`${configFile}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
