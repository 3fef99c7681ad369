import type { Command } from 'commander';
import { restartLean } from '../lean-node.ts';
import { configOption, jsonOption, parsePort } from '../options.ts';

/** `patchbay serve`: the gateway, until it is told to end. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('run the gateway on 127.0.0.1 until SIGTERM or Ctrl-C')
    .addOption(configOption())
    .option(
      '-p, --port <number>',
      'listen here instead of the configured port; 0 takes a free one',
      parsePort,
    )
    .option('--demo', 'add the built-in backend "echo"; without --config, nothing is kept afterwards')
    .option('--ui', 'serve the window, too, on a loopback port of its own')
    .option('--ui-port <number>', 'the port of the window; by default a free one', parsePort)
    .option('--verbose', 'write the log to standard error, too')
    .addOption(jsonOption('print one line of JSON when ready; the log goes to standard error'))
    .action(async (options: object) => {
      restartLean();
      const { runServe } = await import('../run-serve.ts');
      await runServe(options);
    });
}
