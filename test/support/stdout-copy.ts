// `stdout-copy.ts FILE COMMAND ARGUMENT...`: runs the command between a client and itself, and keeps a copy of every
// byte that it writes to stdout.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

const [file = '', command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.pipe(child.stdin);
child.stdout.pipe(createWriteStream(file));
child.stdout.pipe(process.stdout);
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
