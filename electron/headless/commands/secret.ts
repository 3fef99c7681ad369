import type { Command } from 'commander';
import { configOption, jsonOption } from '../options.ts';
import { readSecretName } from '../secret-name.ts';

interface Common {
  readonly config?: string;
  readonly json?: true;
}

interface DeleteOptions {
  readonly json?: true;
  readonly all?: true;
  readonly yes?: true;
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
    .argument('<backend>', 'the name of the backend in the configuration, or @gateway for its own secrets')
    .argument('<name>', NAME)
    .allowExcessArguments()
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
    .description('delete a stored secret, or all that Patchbay has stored; the configuration stays as it is')
    .argument('[backend]', 'the name of the backend')
    .argument('[name]', NAME)
    .allowExcessArguments()
    .option('--all', 'every entry of Patchbay in the keychain, sign-ins included; needs --yes')
    .option('-y, --yes', 'really delete all of them')
    .addOption(jsonOption('print what was deleted, by name, as one line of JSON'))
    .action(
      async (
        backend: string | undefined,
        text: string | undefined,
        options: DeleteOptions,
        command: Command,
      ) => {
        const { runSecretDelete, runSecretDeleteAll } = await import('../run-secret-delete.ts');
        if (options.all === true) {
          if (backend !== undefined) command.error('error: name either one secret or --all', { exitCode: 2 });
          if (options.yes !== true) command.error('error: --all needs --yes', { exitCode: 2 });
          return await runSecretDeleteAll(options);
        }
        if (backend === undefined || text === undefined) {
          return command.error('error: name a backend and a secret, or --all', { exitCode: 2 });
        }
        await runSecretDelete(backend, readSecretName(command, text), options);
      },
    );
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
