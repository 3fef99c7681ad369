// `npm start`: builds, then runs the gateway with the built-in echo backend.
import { run } from './run.ts';

await run('build', ['build/build.ts']);
process.exitCode = await run('serve', ['bin/patchbay.mjs', 'serve', '--demo', ...process.argv.slice(2)]);
