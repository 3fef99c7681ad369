#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { startEchoBackend } from './echo-backend.ts';

/** `patchbay-echo [--port N]`: the demo backend on its own. Exit code 2 for wrong usage. */
async function main(): Promise<void> {
  const port = portFrom(process.argv.slice(2));
  if (port === undefined) {
    process.stderr.write('usage: patchbay-echo [--port N], N from 0 to 65535; 0 takes a free port\n');
    process.exitCode = 2;
    return;
  }
  const backend = await startEchoBackend({ port });
  const stop = (): void => void backend.close();
  process.once('SIGTERM', stop).once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ event: 'ready', url: backend.url, pid: process.pid })}\n`);
}

function portFrom(args: string[]): number | undefined {
  try {
    const { values } = parseArgs({ args, options: { port: { type: 'string', default: '0' } } });
    const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : 65_536;
    return port < 65_536 ? port : undefined;
  } catch {
    return undefined;
  }
}

await main();
