import type { Command } from 'commander';
import { configOption, jsonOption } from '../options.ts';

/** `patchbay sign-in`: a backend of the strategy oauth, for whoever has no window. */
export function addSignIn(program: Command): void {
  program
    .command('sign-in')
    .description(
      'sign in to a backend that wants it; prints the address to open, and keeps the tokens in the keychain',
    )
    .argument('<backend>', 'the name of the backend in the configuration')
    .addOption(configOption())
    .addOption(jsonOption('print the issuer as one line of JSON; the address goes to standard error'))
    .action(async (backend: string, options: { config?: string; json?: true }) => {
      const { runSignIn } = await import('../run-sign-in.ts');
      await runSignIn(backend, options);
    });
}

/** `patchbay sign-out`: the way back, for whoever has no window. */
export function addSignOut(program: Command): void {
  program
    .command('sign-out')
    .description(
      'sign out of a backend: removes its tokens from the keychain, and withdraws them at its server',
    )
    .argument('<backend>', 'the name of the backend in the configuration')
    .addOption(configOption())
    .addOption(jsonOption('print what became of the tokens as one line of JSON'))
    .action(async (backend: string, options: { config?: string; json?: true }) => {
      const { runSignOut } = await import('../run-sign-in.ts');
      await runSignOut(backend, options);
    });
}
