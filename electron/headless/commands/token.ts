import type { Command } from 'commander';
import { configOption, jsonOption, parseClient } from '../options.ts';

interface Common {
  readonly config?: string;
  readonly json?: true;
}

/** `patchbay token create | list | revoke`: who may call. */
export function addToken(program: Command): void {
  const token = program.command('token').description('make, list and revoke the tokens of your clients');
  token
    .command('create')
    .description('make a token; it is shown this one time')
    .requiredOption('--client <name>', 'who will use it, such as cursor', parseClient)
    .addOption(configOption())
    .addOption(jsonOption('print it as one line of JSON'))
    .action(async (options: Common & { client: string }) => {
      const { runTokenCreate } = await import('../run-token.ts');
      await runTokenCreate(options);
    });
  token
    .command('list')
    .description('list the tokens: id, client and when it was made; never the token itself')
    .addOption(configOption())
    .addOption(jsonOption('print them as one line of JSON'))
    .action(async (options: Common) => {
      const { runTokenList } = await import('../run-token.ts');
      await runTokenList(options);
    });
  token
    .command('revoke')
    .description('revoke one token by id, or all of a client; its sessions end')
    .argument('[id]', 'the id that "token list" shows')
    .option('--client <name>', 'all tokens of this client', parseClient)
    .addOption(configOption())
    .addOption(jsonOption('print what was revoked as one line of JSON'))
    .action(async (id: string | undefined, options: Common & { client?: string }, command: Command) => {
      if ((id === undefined) === (options.client === undefined)) {
        command.error('error: name either one id or --client <name>', { exitCode: 2 });
      }
      const { runTokenRevoke } = await import('../run-token.ts');
      await runTokenRevoke(id === undefined ? { client: options.client ?? '' } : { tokenId: id }, options);
    });
}
