import type { Command } from 'commander';
import { collectHeader, configOption, jsonOption } from '../options.ts';
import type { ConnectOptions } from '../run-connect.ts';

/** `patchbay connect`: leads a client to the gateway, or back. Alone it lists the clients. */
export function addConnect(program: Command): void {
  program
    .command('connect')
    .description(
      "write the gateway into a client's file, after showing what changes; alone: list the clients",
    )
    .argument('[client]', 'the id that the list shows, such as cursor')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--undo', 'take it back, and revoke the token of the client')
    .option('-y, --yes', 'do not ask')
    .option('--header <name>', 'have the client send this header; may be repeated', collectHeader)
    .addOption(configOption())
    .addOption(jsonOption('print the result as one line of JSON'))
    .action(
      async (client: string | undefined, options: ConnectOptions & { undo?: true }, command: Command) => {
        const { undo, ...rest } = options;
        if (client === undefined) {
          const changes = undo ?? rest.dryRun ?? rest.yes ?? rest.header;
          if (changes !== undefined) command.error('error: name a client', { exitCode: 2 });
          const { runConnectList } = await import('../run-connect.ts');
          return await runConnectList(rest);
        }
        if (undo === true && rest.header !== undefined) {
          command.error('error: --undo takes no --header', { exitCode: 2 });
        }
        if (undo === true) {
          const { runDisconnect } = await import('../run-disconnect.ts');
          return await runDisconnect(client, rest);
        }
        const { runConnect } = await import('../run-connect.ts');
        await runConnect(client, rest);
      },
    );
}
