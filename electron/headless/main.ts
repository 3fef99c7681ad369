#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addBridge } from './commands/bridge.ts';
import { addConnect } from './commands/connect.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExport } from './commands/export.ts';
import { addImport } from './commands/import.ts';
import { addSecret } from './commands/secret.ts';
import { addServe } from './commands/serve.ts';
import { addSignIn, addSignOut } from './commands/sign-in.ts';
import { addToken } from './commands/token.ts';
import { addValidate } from './commands/validate.ts';
import { EXIT, fail } from './output.ts';
import { VERSION } from './version.ts';

/** The whole command line. What a command does is loaded when it runs. */
function createProgram(): Command {
  const program = new Command('patchbay')
    .description('One local MCP endpoint in front of all of your MCP servers.')
    .version(VERSION)
    .showHelpAfterError('(see patchbay --help)');
  // Before the commands: they inherit it. Without it commander would end the process by itself, with 1.
  program.exitOverride();
  addServe(program);
  addValidate(program);
  addToken(program);
  addSecret(program);
  addSignIn(program);
  addSignOut(program);
  addConnect(program);
  addImport(program);
  addExport(program);
  addDoctor(program);
  addBridge(program);
  return program;
}

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(error);
    // Help and version end with 0; everything else that commander ends with is wrong usage.
    process.exitCode = error.exitCode === 0 ? EXIT.well : EXIT.usage;
  }
}

await main();
