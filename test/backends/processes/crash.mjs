// Prints a line, leaves a grandchild behind that holds stdout open, and ends with code 3 when told to.
import { spawn } from 'node:child_process';

const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)'], { stdio: 'inherit' });
console.log(JSON.stringify({ orphan: orphan.pid }));
process.stdin.once('data', () => {
  process.stdout.write('{"last":"line"}\n', () => process.exit(3));
});
