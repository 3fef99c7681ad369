import type { Command } from 'commander';

const ABOUT = `
  --url URL          the endpoint (default: $PATCHBAY_URL, or http://127.0.0.1:4780/mcp)
  --header NAME      send this header; its value is $PATCHBAY_HEADER_NAME. May be repeated
  --start PROGRAM    start this when nothing answers (default: $PATCHBAY_START)
  --wait SECONDS     wait so long for the gateway (default: 30)
The token is $PATCHBAY_TOKEN.`;

/** `patchbay bridge`: for clients that only speak stdio. The bridge reads its own arguments. */
export function addBridge(program: Command): void {
  program
    .command('bridge')
    .description('carry a stdio client to the endpoint and back')
    .usage('[--url URL] [--header NAME]... [--start PROGRAM] [--wait SECONDS]')
    .argument('[arguments...]')
    .allowUnknownOption()
    .addHelpText('after', ABOUT)
    .action(async (args: readonly string[]) => {
      process.argv = [...process.argv.slice(0, 2), ...args];
      await import('../../bridge/main.ts');
    });
}
