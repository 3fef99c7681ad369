import type { Command } from 'commander';
import { configOption, jsonOption } from '../options.ts';
import type { ImportOptions } from '../run-import.ts';

/** `patchbay import`: servers of other programs as backends, each chosen by name. */
export function addImport(program: Command): void {
  program
    .command('import')
    .description("show the servers in a client's file, and take over those that are chosen")
    .argument('[file]', 'a file with mcpServers, servers or the like: JSON, YAML or TOML')
    .option('--client <id>', 'the file of this client instead; the ids: patchbay connect')
    .option('--select <names>', 'take these over, by name, separated by commas', splitNames)
    .option('--replace', 'a chosen one may replace a backend of the same name')
    .addOption(configOption())
    .addOption(jsonOption('print the result as one line of JSON'))
    .action(async (file: string | undefined, options: ImportOptions, command: Command) => {
      if ((file === undefined) === (options.client === undefined)) {
        command.error('error: name either a file or --client <id>', { exitCode: 2 });
      }
      if (options.replace === true && options.select === undefined) {
        command.error('error: --replace needs --select', { exitCode: 2 });
      }
      const { runImport } = await import('../run-import.ts');
      await runImport(file, options);
    });
}

function splitNames(text: string): readonly string[] {
  return text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
}
