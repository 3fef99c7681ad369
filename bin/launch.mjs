// Starts a program of this project on the Node that it needs. Runs on Node 20, so nothing newer stands here.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = 24;
/**
 * A small space for young objects (in MiB), and WebAssembly compiled once: 22 MiB less memory idle, and no more CPU
 * (docs/performance.md). Node takes both at its start only; the first line of patchbay.mjs says the same.
 */
const FLAGS = ['--max-semi-space-size=2', '--liftoff-only'];
const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs the built program, or its source where nothing is built, with this process's arguments. */
export async function launch(built, source) {
  const program = [join(root, 'dist', built), join(root, source)].find((path) => existsSync(path));
  if (program === undefined) return stop(`neither dist/${built} nor ${source} is here: run npm run build`);
  if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
    process.argv[1] = program;
    await import(pathToFileURL(program).href);
    return;
  }
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(own)) return stop(`Node ${NEEDED} is needed, this is ${process.version}: run npm ci`);
  const args = [...FLAGS, '--import', new URL('./end-with-parent.mjs', import.meta.url).href, program];
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  forward(spawn(own, [...args, ...process.argv.slice(2)], { stdio }));
}

/** Signals go on, the end comes back. The channel tells the child when this process was killed. */
function forward(child) {
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'];
  for (const signal of signals) {
    // A terminal sends SIGINT to both of us already; a second one would mean "at once".
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal));
  }
  child.on('error', (error) => stop(error.message));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

function stop(reason) {
  process.stderr.write(`patchbay: ${reason}\n`);
  process.exitCode = 1;
}
