// Says in one line what it was started with, then echoes each line of stdin until stdin ends.
import { createInterface } from 'node:readline';

console.log(
  JSON.stringify({ args: process.argv.slice(2), env: process.env, cwd: process.cwd(), pid: process.pid }),
);
createInterface({ input: process.stdin }).on('line', (line) => console.log(line));
