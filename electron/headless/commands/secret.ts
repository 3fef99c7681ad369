import type { Command } from 'commander';
import { configOption, jsonOption } from '../options.ts';
import { readSecretName } from '../secret-name.ts';

interface Common {
  readonly config?: string;
  readonly json?: true;
}

const NAME = 'header:NAME, env:NAME or auth:NAME (token, value, password or client-secret)';

/** `patchbay secret set | delete | list`: values in the keychain; they come on standard input and never go out. */
export function addSecret(program: Command): void {
  const secret = program
    .command('secret')
    .description("keep your backends' secrets in the keychain of this system");
  secret
    .command('set')
    .description('store a secret; its value comes on standard input, or is asked for without echo')
    .argument('<backend>', 'the name of the backend in the configuration')
    .argument('<name>', NAME)
    .option('--add', 'list the name in the configuration, too, when it is not there yet')
    .addOption(configOption())
    .addOption(jsonOption('print what was stored, by name, as one line of JSON'))
    .action(async (backend: string, text: string, options: Common & { add?: true }, command: Command) => {
      const name = readSecretName(command, text);
      const { runSecretSet } = await import('../run-secret.ts');
      await runSecretSet(backend, name, options);
    });
  secret
    .command('delete')
    .description('delete a stored secret; the configuration stays as it is')
    .argument('<backend>', 'the name of the backend')
    .argument('<name>', NAME)
    .addOption(configOption())
    .addOption(jsonOption('print what was deleted, by name, as one line of JSON'))
    .action(async (backend: string, text: string, options: Common, command: Command) => {
      const name = readSecretName(command, text);
      const { runSecretDelete } = await import('../run-secret.ts');
      await runSecretDelete(backend, name, options);
    });
  secret
    .command('list')
    .description('list the secrets by name: stored, missing, or stored and unused; never a value')
    .addOption(configOption())
    .addOption(jsonOption('print them as one line of JSON'))
    .action(async (options: Common) => {
      const { runSecretList } = await import('../run-secret-list.ts');
      await runSecretList(options);
    });
}
