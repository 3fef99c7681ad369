import type { Command } from 'commander';
import { configOption, jsonOption } from '../options.ts';

/** `patchbay validate`: everything that is wrong with a configuration; changes nothing. */
export function addValidate(program: Command): void {
  program
    .command('validate')
    .description('check the configuration; exit code 1 when it has an error')
    .addOption(configOption())
    .addOption(jsonOption('print the result as one line of JSON'))
    .action(async (options: { config?: string; json?: true }) => {
      const { runValidate } = await import('../run-validate.ts');
      await runValidate(options);
    });
}
