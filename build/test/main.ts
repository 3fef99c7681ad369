// `npm test`: set-up, types, lint, build, then every suite. What is not run on this machine is said in a line of its
// own and counted nowhere. The last line is `N passed, N failed`; a step that fails counts as one failure.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../run.ts';
import { setUp } from './set-up.ts';
import { lastLine, NOTHING, sum, TALLY_VARIABLE, type Tally, takeTally } from './tally.ts';

const root = join(import.meta.dirname, '../..');
const NODE_NEEDED = 24;

/** Without them no suite says anything true. */
const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ['types of shared/', ['node_modules/typescript/bin/tsc', '-p', 'shared']],
  ['types of renderer/', ['node_modules/typescript/bin/tsc', '-p', 'renderer']],
  ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
  ['lint and format', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings']],
  ['build', ['build/build.ts']],
];

const SUITES: readonly (readonly [string, readonly string[]])[] = [
  ['tests', ['node_modules/vitest/vitest.mjs', 'run']],
  ['window in a browser', ['node_modules/@playwright/test/cli.js', 'test']],
  ['conformance', ['build/test/conformance.ts']],
  ['conformance of sign-in', ['build/test-auth-conformance.ts']],
  ['app in Electron', ['build/test-electron.ts']],
];

async function timed(name: string, args: readonly string[]): Promise<number> {
  const started = performance.now();
  const code = await run(name, args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${name}: ${code === 0 ? 'ok' : 'failed'} (${seconds} s)\n`);
  return code;
}

function refuse(text: string): never {
  process.stdout.write(`${text}\n${lastLine({ ...NOTHING, failed: [text] })}`);
  process.exit(1);
}

if (!existsSync(join(root, 'node_modules', 'vitest'))) refuse('The packages are missing: run npm ci first.');
if (Number.parseInt(process.versions.node, 10) < NODE_NEEDED) {
  refuse(
    `Node ${NODE_NEEDED} is needed, this is ${process.version}: start the tests with npm test, which brings its own.`,
  );
}
const named = process.argv.slice(2);
if (named.length > 0) {
  // Some files or names only: no set-up and no other suites, and vitest's own reporter prints the last line.
  process.exit(await run('tests', ['node_modules/vitest/vitest.mjs', 'run', ...named]));
}
const missing = setUp();
if (missing !== undefined) refuse(missing);
for (const [name, args] of STEPS) if ((await timed(name, args)) !== 0) refuse(`${name} failed`);

const folder = await mkdtemp(join(tmpdir(), 'patchbay-tally-'));
const tallies: Tally[] = [];
for (const [index, [name, args]] of SUITES.entries()) {
  const path = join(folder, `${index}.json`);
  process.env[TALLY_VARIABLE] = path;
  tallies.push(takeTally(name, path, await timed(name, args)));
}
await rm(folder, { recursive: true, force: true });
const total = sum(tallies);
process.exitCode = total.failed.length === 0 ? 0 : 1;
for (const name of total.failed) process.stdout.write(`failed: ${name}\n`);
process.stdout.write(lastLine(total));
