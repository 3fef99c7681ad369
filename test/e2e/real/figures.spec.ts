import { expect, test } from '@playwright/test';
import { WINDOW_FOLDER } from '../window-folder.ts';
import { startLargeWorld } from './large-world.ts';
import { measureWindow } from './measure-window.ts';

// The figures themselves stand in docs/window-figures.md. A build machine shares its cores, so that times have room, and
// single inputs are held to what the page computed for them, which a busy machine hardly changes.
const ROOM = 3;
const MOST_WORK_MS = 800;

// A recorder that copies the page with every step would be measured, too.
test.use({ trace: 'off' });

test('200 backends, 500 sessions and 10,000 calls: every input is answered, little is drawn, memory stays', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  await using stack = new AsyncDisposableStack();
  const figures = await measureWindow(browser, await startLargeWorld(stack, WINDOW_FOLDER), WINDOW_FOLDER);
  console.log(JSON.stringify(figures));
  expect(figures.firstPaint).toBeLessThan(1_000 * ROOM);
  expect(figures.initialScript).toBeLessThan(400_000);
  const times = figures.interactions.map(({ ms }) => ms).sort((a, b) => a - b);
  expect(times[Math.floor(times.length / 2)], 'the median input').toBeLessThan(100);
  expect(figures.interactions.filter(({ work }) => work > MOST_WORK_MS)).toEqual([]);
  expect(figures.rowsFollow).toBeLessThan(200 * ROOM);
  expect(figures.rowsInPage).toBeLessThan(90);
  expect(figures.scriptHeap).toBeLessThan(150 * 1_048_576);
  expect(figures.process ?? 0).toBeLessThan(150 * 1_048_576);
});
