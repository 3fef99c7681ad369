// Stands for the app: starts the scripts named on its command line (each with its arguments after commas), repeats the
// first line of each with its pid, and waits to be killed.
import { startChild } from '../../../electron/backends/stdio/child.ts';

for (const script of process.argv.slice(2)) {
  const child = startChild(
    {
      name: 'hosted',
      command: process.execPath,
      args: script.split(','),
      env: { PATH: process.env.PATH ?? '' },
    },
    {
      line: (bytes) => console.log(JSON.stringify({ pid: child.pid, line: bytes.toString('utf8') })),
      stderr: (text) => process.stderr.write(text),
      exited: (info) => process.stderr.write(`${info.message}\n`),
    },
  );
}
