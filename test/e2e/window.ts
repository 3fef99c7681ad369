import { type Browser, test as base, expect, type Page } from '@playwright/test';
import { createFakeHost, type FakeHost } from '../support/fake-host/fake-host.ts';
import { type ServedWindow, serveWindow } from '../support/fake-host/serve-window.ts';
import type { WorldOptions } from '../support/fake-host/world.ts';
import { WINDOW_FOLDER } from './window-folder.ts';

interface Fixtures {
  /** What the host of this test starts with. */
  readonly world: WorldOptions;
  readonly host: FakeHost;
  readonly served: ServedWindow;
  /** The window, opened; it must not log an error, throw, or break the content policy. */
  readonly window: Page;
}

/** A test with the built window over a host of its own. */
export const test = base.extend<Fixtures>({
  world: [{}, { option: true }],
  host: async ({ world }, use) => {
    await use(createFakeHost(world));
  },
  served: async ({ host }, use) => {
    const served = await serveWindow(host, WINDOW_FOLDER);
    await use(served);
    await served.close();
  },
  window: async ({ page, served }, use) => {
    const faults = watchFaults(page);
    await openWindow(page, served);
    await use(page);
    expect(faults, 'errors in the console of the window').toEqual([]);
  },
});

export { expect };

/** Opens the window with its token and waits until it is drawn. */
export async function openWindow(page: Page, served: ServedWindow): Promise<void> {
  await page.goto(served.address);
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
}

/** Goes to an address inside the window, as a click on a link would, and waits until it is drawn. */
export async function show(page: Page, address: string): Promise<void> {
  const hash = JSON.stringify(`#/${address}`);
  // The screen before has a heading, too: only frames after the change show the new one.
  await page.evaluate(`location.hash === ${hash} || new Promise((drawn) => {
    const frames = () => requestAnimationFrame(() => requestAnimationFrame(drawn));
    addEventListener('hashchange', frames, { once: true });
    location.hash = ${hash};
  })`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** A second window on the same host. */
export async function secondWindow(browser: Browser, served: ServedWindow): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await openWindow(page, served);
  return page;
}

/** Collects what a window must never do. A connection that the test itself cuts is no fault. */
export function watchFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('net::ERR_')) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  return faults;
}
