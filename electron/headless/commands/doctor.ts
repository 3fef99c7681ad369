import type { Command } from 'commander';
import { configOption, jsonOption } from '../options.ts';

/** `patchbay doctor`: what is well, what is not, and the way out. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'look at the configuration, port, keychain, programs, backends and clients; starts and changes nothing',
    )
    .addOption(configOption())
    .addOption(jsonOption('print the findings as one line of JSON'))
    .action(async (options: { config?: string; json?: true }) => {
      const { runDoctor } = await import('../doctor/run-doctor.ts');
      await runDoctor(options);
    });
}
