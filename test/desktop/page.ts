import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { APP_ORIGIN } from '../../electron/desktop/app-scheme.ts';
import { CHROMIUM_FLAGS, chromiumPath } from '../support/chromium.ts';
import { BUILT, type DesktopApp } from './app.ts';
import { preloadScript } from './preload-host.ts';

/** Chromium has no private scheme, so the page's addresses stand on this origin, and nothing leaves the browser. */
export const PAGE_ORIGIN = 'https://window.test';

export interface Seen {
  /** What the preload put on the window. */
  readonly exposed: readonly string[];
  /** What it loaded. */
  readonly required: readonly string[];
  /** What broke the content policy. */
  readonly violations: readonly string[];
}

/** The page of the app's window in a real browser. */
export interface AppPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors of the page and its console. */
  readonly faults: readonly string[];
  /** Requests for anything but our own pages. */
  readonly strayed: readonly string[];
  /** The calls that it made: channel and arguments. */
  readonly calls: readonly (readonly [string, readonly unknown[]])[];
  seen(): Promise<Seen>;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_FLAGS] });
}

/** Opens what the app's window has loaded, with the built preload; follows what it loads and reloads from then on. */
export async function openPage(browser: Browser, app: DesktopApp): Promise<AppPage> {
  const context = await browser.newContext({ viewport: { width: 1240, height: 820 } });
  const page = await context.newPage();
  const faults: string[] = [];
  const strayed: string[] = [];
  const calls: [string, readonly unknown[]][] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (!url.startsWith(`${PAGE_ORIGIN}/`)) {
      strayed.push(url);
      return await route.abort();
    }
    const { status, headers, body } = await app.ask('request', ours(url));
    await route.fulfill({ status, headers, body: Buffer.from(body) });
  });
  await page.exposeBinding('standInInvoke', async ({ frame }, channel: string, args: unknown[]) => {
    calls.push([channel, args]);
    const sender = {
      frame: frame === page.mainFrame() ? ('main' as const) : ('subframe' as const),
      url: ours(frame.url()),
    };
    return await app.ask('invoke', sender, channel, args).then(
      (value) => ({ value }),
      (error: unknown) => ({ error: String(error) }),
    );
  });
  await page.addInitScript(preloadScript(await readFile(join(BUILT, 'desktop/preload.cjs'), 'utf8')));
  const first = (await app.ask('recorded')).loaded.at(-1) ?? '';
  await page.goto(theirs(first));
  // One after the other, in the order in which the app did it.
  let after: Promise<unknown> = Promise.resolve();
  app.onMessage((message) => {
    if ('id' in message) return;
    after = after.then(() => follow(page, message)).catch(() => undefined);
  });
  return {
    page,
    faults,
    strayed,
    calls,
    seen: () => page.evaluate<Seen>('globalThis.standInSeen'),
    async [Symbol.asyncDispose]() {
      // What the page still asks for is answered by nobody, since the app ends next.
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await context.close();
    },
  };
}

async function follow(page: Page, message: Exclude<DesktopApp['messages'][number], { id: number }>) {
  if (message.happened === 'loaded') return await page.goto(theirs(message.url));
  if (message.happened === 'reloaded') return await page.reload();
  const { channel, args } = message;
  return await page.evaluate(
    ([name, given]) => (globalThis as unknown as Deliver).standInDeliver(name, given),
    [channel, args] as const,
  );
}

interface Deliver {
  standInDeliver(channel: string, args: readonly unknown[]): void;
}

function ours(url: string): string {
  return url.startsWith(PAGE_ORIGIN) ? APP_ORIGIN + url.slice(PAGE_ORIGIN.length) : url;
}

function theirs(url: string): string {
  return PAGE_ORIGIN + url.slice(APP_ORIGIN.length);
}
