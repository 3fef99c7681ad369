// `node build/window-figures.ts [runs]`: measures the built window (dist/renderer) over a real gateway with 200
// backends, 500 sessions and 10,000 calls, and prints what docs/window-figures.md is about. Needs `npm run build`.
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { startLargeWorld } from '../test/e2e/real/large-world.ts';
import { measureWindow, type WindowFigures } from '../test/e2e/real/measure-window.ts';
import { CHROMIUM_FLAGS, chromiumPath } from '../test/support/chromium.ts';

const runs = Number(process.argv[2] ?? 5);
const folder = process.env.PATCHBAY_WINDOW ?? fileURLToPath(new URL('../dist/renderer', import.meta.url));
await using stack = new AsyncDisposableStack();
const address = await startLargeWorld(stack, folder);
const results: WindowFigures[] = [];
for (let run = 0; run < runs; run++) {
  // A browser of its own for every run: a second page in one process starts warm.
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_FLAGS] });
  results.push(await measureWindow(browser, address, folder));
  await browser.close();
}
const [one] = results;
if (one === undefined) throw new Error('There was no run.');
console.log(`${runs} runs, load average ${loadavg()[0]?.toFixed(1)}: median (worst)`);
row('first paint', 'ms', ({ firstPaint }) => firstPaint);
row('largest paint', 'ms', ({ largestPaint }) => largestPaint);
row('main thread until then', 'ms', ({ startWork }) => startWork);
row('initial JavaScript, gzipped', 'kB', ({ initialScript }) => initialScript / 1_000);
for (const [index, { name }] of one.interactions.entries()) {
  row(name, 'ms', ({ interactions }) => interactions[index]?.ms ?? 0);
  row(`${name}: main thread`, 'ms', ({ interactions }) => interactions[index]?.work ?? 0);
}
row('filter 10,000 calls, until the rows are painted', 'ms', ({ rowsFollow }) => rowsFollow);
row('script heap after 10,000 calls', 'MB', ({ scriptHeap }) => scriptHeap / 1_048_576);
row('process of the page, private', 'MB', ({ process: size }) => (size ?? 0) / 1_048_576);
row('the same of an empty page', 'MB', ({ emptyProcess }) => (emptyProcess ?? 0) / 1_048_576);

function row(name: string, unit: string, pick: (figures: WindowFigures) => number): void {
  const sorted = results.map(pick).sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  console.log(`| ${name} | ${median.toFixed(0)} ${unit} (${(sorted.at(-1) ?? 0).toFixed(0)}) |`);
}
