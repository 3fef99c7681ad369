// `npm run bench`: direct, a bare reverse proxy and the built gateway, interleaved in one run. Prints a table and
// writes JSON. Needs `npm run build` first.
//   --quick          under three minutes
//   --only a,b       phases: calls, sessions, lists, memory, start, stdio, bridge, curves
//   --out FILE       where the JSON goes; test-results/bench.json by default
//   --build FOLDER   the build to measure; dist by default
//   --against FOLDER a second build to compare with, for example a copy of dist/ from before a change
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureBridge } from '../test/bench/phases/bridge.ts';
import { measureCalls } from '../test/bench/phases/calls.ts';
import { measureCurves } from '../test/bench/phases/curves.ts';
import { measureMemory } from '../test/bench/phases/memory.ts';
import { measureOneBackend, measureTenBackends } from '../test/bench/phases/sessions.ts';
import { measureColdStart } from '../test/bench/phases/start.ts';
import { measureStdio } from '../test/bench/phases/stdio.ts';
import { rowsOf, tableOf } from '../test/bench/report.ts';
import { type Effort, FULL, QUICK, type Series } from '../test/bench/series.ts';
import type { Build } from '../test/bench/targets.ts';

const root = join(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    out: { type: 'string', default: join(root, 'test-results', 'bench.json') },
    build: { type: 'string', default: join(root, 'dist') },
    against: { type: 'string' },
  },
});

type Phase = (builds: readonly Build[], effort: Effort) => Promise<Series[]>;

const PHASES: Readonly<Record<string, Phase>> = {
  calls: async (builds, effort) => [
    ...(await measureCalls(builds, effort, 'json')),
    ...(await measureCalls(builds, effort, 'sse')),
  ],
  sessions: measureOneBackend,
  lists: measureTenBackends,
  memory: measureMemory,
  start: measureColdStart,
  stdio: measureStdio,
  bridge: measureBridge,
  curves: measureCurves,
};

const builds: Build[] = [{ name: 'gateway', folder: resolve(options.build) }];
if (options.against !== undefined) builds.push({ name: 'other build', folder: resolve(options.against) });
if (builds.some(({ folder }) => !existsSync(join(folder, 'patchbay.js')))) {
  process.stderr.write('There is no build: run npm run build first.\n');
  process.exit(1);
}
const chosen = options.only?.split(',') ?? Object.keys(PHASES);
const series: Series[] = [];
const loadBefore = loadavg()[0];
const started = performance.now();
for (const [name, phase] of Object.entries(PHASES)) {
  if (!chosen.includes(name)) continue;
  series.push(...(await phase(builds, options.quick ? QUICK : FULL)));
  process.stderr.write(`${name}: measured after ${Math.round((performance.now() - started) / 1000)} s\n`);
}
const rows = rowsOf(series);
const machine = {
  date: new Date().toISOString(),
  node: process.version,
  platform: `${platform()} ${arch()}`,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  load: [loadBefore, loadavg()[0]],
  effort: options.quick ? 'quick' : 'full',
};
await mkdir(dirname(resolve(options.out)), { recursive: true });
await writeFile(options.out, `${JSON.stringify({ machine, rows, series }, undefined, 2)}\n`);
process.stdout.write(`${tableOf(rows)}\n\nWritten to ${options.out}\n`);
