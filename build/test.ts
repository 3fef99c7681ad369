// `npm test`: types, lint, build, all tests, and the gate that asks for a test of every behaviour that is built.
// The last line is `N passed, N failed`; a step that fails before the tests counts as one failure.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

const root = join(import.meta.dirname, '..');
const NODE_NEEDED = 24;

const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ['types of shared/', ['node_modules/typescript/bin/tsc', '-p', 'shared']],
  ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
  ['lint and format', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings']],
  ['build', ['build/build.ts']],
];

const missing = whatIsMissing();
if (missing !== undefined) {
  process.stdout.write(`${missing}\n`);
  end(1);
}
for (const [name, args] of STEPS) {
  const started = performance.now();
  const code = await run(name, args);
  process.stdout.write(
    `${name}: ${code === 0 ? 'ok' : 'failed'} (${Math.round(performance.now() - started)} ms)\n`,
  );
  if (code !== 0) end(1);
}
// The reporter in test/requirements/ prints the last line, so nothing may be printed after it.
process.exitCode = await run('tests', ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)]);

function whatIsMissing(): string | undefined {
  if (!existsSync(join(root, 'node_modules', 'vitest'))) return 'The packages are missing: run npm ci first.';
  const major = Number.parseInt(process.versions.node, 10);
  if (major >= NODE_NEEDED) return undefined;
  return `Node ${NODE_NEEDED} is needed, this is ${process.version}: start the tests with npm test, which brings its own.`;
}

function end(failed: number): never {
  process.stdout.write(`0 passed, ${failed} failed\n`);
  process.exit(1);
}
