// Ignores the end of stdin and SIGTERM. With `--family` it starts another one like it, with `--stray` one that
// leaves the process group. Prints one line with all process ids.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

process.on('SIGTERM', () => {});
setInterval(() => {}, 60_000);

const pids = [process.pid];
for (const [flag, detached] of [
  ['--family', false],
  ['--stray', true],
]) {
  if (!process.argv.includes(flag)) continue;
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    detached,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((ready) => child.stdout.once('data', ready));
  pids.push(child.pid);
}
console.log(JSON.stringify({ pids }));
