import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from '@playwright/test';
import { CALLS } from './large-world.ts';

/** What a person waits for and what the page takes. Times in ms, sizes in bytes. */
export interface WindowFigures {
  /** From the start of the navigation to the first pixels that are the page's own, and to the largest. */
  readonly firstPaint: number;
  readonly largestPaint: number;
  /** What the main thread computed until then. */
  readonly startWork: number;
  /** JavaScript that loads before the first look, gzipped. */
  readonly initialScript: number;
  /** From the input to the next paint, as the browser reports it (Event Timing, in steps of 8 ms; 0: under 16 ms). */
  readonly interactions: readonly Interaction[];
  /** From the last key of a filter to the paint of the rows that it leaves. */
  readonly rowsFollow: number;
  /** Rows that exist in the page of the 10,000 that are loaded. */
  readonly rowsInPage: number;
  readonly scriptHeap: number;
  /** Memory of the page's process that it shares with no other, and the same of an empty page. Linux only. */
  readonly process: number | undefined;
  readonly emptyProcess: number | undefined;
}

/** `work` is what the page's main thread computed until all of it was shown: a busy machine does not make it longer. */
export interface Interaction {
  readonly name: string;
  readonly ms: number;
  readonly work: number;
}

// Runs in the page before anything else: notes every input that took longer than a frame, and the largest paint.
const WATCH = `window.__seen = []; window.__largest = 0;
  new PerformanceObserver((list) => { for (const { interactionId, duration } of list.getEntries())
    if (interactionId > 0) window.__seen.push(duration); })
    .observe({ type: 'event', durationThreshold: 16, buffered: true });
  new PerformanceObserver((list) => { for (const { startTime } of list.getEntries()) window.__largest = startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });`;

// The entries of an input come with the frame after it.
const PAINTED = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))`;

/** Opens the window of a large world, does in it what people do, and measures. `folder` holds the built window. */
export async function measureWindow(
  browser: Browser,
  address: string,
  folder: string,
): Promise<WindowFigures> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${new URL(address).origin}/icon.svg`);
  const emptyProcess = await privateMemory(browser);
  const scripts: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.js')) scripts.push(pathname);
  });
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
  await page.addInitScript(WATCH);
  const before = await worked();
  await page.goto(address);
  await page.getByText('sessions', { exact: false }).first().waitFor();
  await page.evaluate(PAINTED);
  const sizes = await Promise.all(
    scripts.map(async (path) => gzipSync(await readFile(`${folder}${path}`)).length),
  );
  const firstPaint = await numberOf(
    page,
    `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
  );
  const largestPaint = await numberOf(page, 'window.__largest');

  const startWork = (await worked()) - before;

  const interactions: Interaction[] = [];
  const time = async (name: string, act: () => Promise<unknown>): Promise<void> => {
    await page.evaluate('window.__seen = []');
    const from = await worked();
    await act();
    await page.evaluate(PAINTED);
    const work = (await worked()) - from;
    interactions.push({ name, ms: await numberOf(page, 'Math.max(0, ...window.__seen)'), work });
  };
  const open = (name: string) => page.getByRole('navigation').getByRole('link', { name }).click();
  const heading = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();

  await time('open Backends, 200 rows', async () => [await open('Backends'), await heading('Backends')]);
  await time('filter 200 backends', async () => {
    await page.getByPlaceholder('Filter by name').pressSequentially('service-19');
    await page.getByRole('link', { name: /service-190/ }).waitFor();
  });
  await time('open a backend', () => page.getByRole('link', { name: /service-190/ }).click());
  await time('open Headers, 200 columns', async () => [
    await open('Headers'),
    await page.getByRole('columnheader', { name: 'service-000' }).waitFor(),
  ]);
  await time('type a header name', () => page.getByLabel('Add a header name').pressSequentially('X-Reg'));
  await page.getByLabel('Add a header name').fill('');
  await time('open Sessions, 500 rows', async () => [await open('Sessions'), await heading('Sessions')]);
  await time('open a session', async () => [
    await page.getByRole('list', { name: 'Sessions' }).getByRole('link').nth(3).click(),
    await page.getByRole('heading', { name: 'Captured headers' }).waitFor(),
  ]);
  await time('open Activity', async () => [await open('Activity'), await heading('Activity')]);
  for (let loaded = 500; loaded < CALLS; ) {
    await time('load 2,500 more calls', () =>
      page.getByRole('button', { name: 'Load older entries' }).click(),
    );
    loaded = Math.min(CALLS, loaded + 2_500);
    await page.getByText(`${loaded.toLocaleString('en')} of ${CALLS.toLocaleString('en')} entries`).waitFor();
  }
  const rowsInPage = await page.getByRole('row').count();
  const search = page.getByLabel('Search by client, tool or backend');
  await search.focus();
  await page.evaluate(FOLLOW);
  await time('filter 10,000 calls', async () => {
    await page.keyboard.type('refund');
    await page.evaluate('window.__followed');
  });
  const rowsFollow = await numberOf(page, 'window.__followed');
  await time('clear the filter', () => search.fill(''));
  await time('scroll 10,000 calls', () => page.keyboard.press('End'));
  await time('open the finder', () => page.keyboard.press('Control+k'));
  await time('find among everything', () => page.keyboard.type('service-15'));
  await page.keyboard.press('Escape');

  await session.send('HeapProfiler.collectGarbage');
  const scriptHeap = await numberOf(page, 'performance.memory.usedJSHeapSize');
  const process = await privateMemory(browser);
  await context.close();
  const initialScript = sizes.reduce((sum, size) => sum + size, 0);
  return {
    firstPaint,
    largestPaint,
    startWork,
    initialScript,
    interactions,
    rowsFollow,
    rowsInPage,
    scriptHeap,
    process,
    emptyProcess,
  };
}

// From the last key to the paint after the number of rows has changed.
const FOLLOW = `window.__followed = new Promise((done) => {
  let pressed = 0;
  addEventListener('keydown', (event) => { pressed = event.timeStamp; }, { capture: true });
  const count = document.querySelector('main [role=status]');
  let timer;
  new MutationObserver(() => {
    const from = pressed;
    clearTimeout(timer);
    requestAnimationFrame(() => { const took = performance.now() - from; timer = setTimeout(() => done(took), 300); });
  }).observe(count, { subtree: true, characterData: true, childList: true });
}); 0`;

async function numberOf(page: Page, expression: string): Promise<number> {
  return Number(await page.evaluate(expression));
}

/** Of the renderer that has most; the browser keeps a spare one. */
async function privateMemory(browser: Browser): Promise<number | undefined> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = await Promise.all(
    processInfo.filter(({ type }) => type === 'renderer').map(async ({ id }) => await privateBytes(id)),
  );
  const known = sizes.filter((size) => size !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

async function privateBytes(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const found = [...text.matchAll(/^Private_(?:Dirty|Clean):\s+(\d+) kB/gm)];
  return found.length === 0
    ? undefined
    : found.reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1_024, 0);
}
