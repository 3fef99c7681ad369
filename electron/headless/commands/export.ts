import type { Command } from 'commander';
import { configOption, jsonOption } from '../options.ts';

/** `patchbay export vmcp`: the same setup for a server. */
export function addExport(program: Command): void {
  const target = program.command('export').description('write the setup for another program');
  target
    .command('vmcp')
    .description(
      'a configuration for ToolHive vMCP, without secrets; what it cannot say is told on standard error',
    )
    .addOption(configOption())
    .addOption(jsonOption('print it, with what is left out, as one line of JSON'))
    .action(async (options: { config?: string; json?: true }) => {
      const { runExportVmcp } = await import('../run-export.ts');
      await runExportVmcp(options);
    });
}
