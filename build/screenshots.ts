import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { CHROMIUM_FLAGS, chromiumPath } from '../test/support/chromium.ts';
import { createFakeHost } from '../test/support/fake-host/fake-host.ts';
import { type ServedWindow, serveWindow } from '../test/support/fake-host/serve-window.ts';

// Takes pictures of every screen in both schemes: `npm run build && npm run screenshots`, which also renews those that
// the documents show. `node build/screenshots.ts FOLDER [PART]` only takes them, of screens whose names hold PART. The
// window is the built one (dist/renderer), over samples, so that the pictures are the same wherever they are taken.

interface Shot {
  readonly name: string;
  readonly address: string;
  readonly prepare?: (page: Page) => Promise<void>;
  readonly empty?: boolean;
  readonly size?: { readonly width: number; readonly height: number };
}

const SHOTS: readonly Shot[] = [
  { name: 'overview', address: 'overview' },
  { name: 'welcome', address: 'welcome', empty: true },
  { name: 'backends', address: 'backends/billing' },
  { name: 'backend-approval', address: 'backends/tickets' },
  {
    name: 'backend-test',
    address: 'backends/billing',
    prepare: (page) => page.getByRole('button', { name: 'Test', exact: true }).click(),
  },
  { name: 'backend-form', address: 'backends/billing/edit' },
  { name: 'backend-form-process', address: 'backends/files/edit' },
  {
    name: 'backend-add',
    address: 'backends/+',
    prepare: async (page) => {
      await page.getByLabel('Paste anything').fill('https://mcp.example.com/mcp');
      await page.getByRole('button', { name: 'Fill the form' }).click();
    },
  },
  { name: 'headers', address: 'headers' },
  {
    name: 'headers-collision',
    address: 'headers',
    prepare: async (page) => {
      await page.getByLabel('Add a header name').fill('X-Region');
      await page.getByText('Two sources').or(page.getByText('Also set by billing')).first().waitFor();
    },
  },
  {
    name: 'headers-restricted',
    address: 'headers',
    prepare: (page) => page.getByLabel('Add a header name').fill('authorization'),
  },
  {
    name: 'headers-simulator',
    address: 'headers/simulate',
    prepare: async (page) => {
      await page
        .getByLabel('Headers, one on a line')
        .fill('X-Mcp-Api-Key: test-key\nX-Tenant: acme\nX-Debug: 1\nAuthorization: Bearer mine\nCookie: a=b');
      await page.getByRole('button', { name: 'Simulate', exact: true }).click();
      await page.getByText('What each backend would get').waitFor();
    },
  },
  { name: 'sessions', address: 'sessions/s-cursor-1' },
  {
    name: 'session-backend',
    address: 'sessions/s-cursor-1',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Show the value of X-Mcp-Api-Key' }).first().click();
      const row = page.getByRole('button', { name: /^billing/ });
      await row.click();
      await row.scrollIntoViewIfNeeded();
    },
  },
  { name: 'tools', address: 'tools/billing/refund' },
  { name: 'tool-hostile', address: 'tools/docs/get_issue' },
  {
    name: 'tool-try',
    address: 'tools/billing/list_invoices',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Open the form' }).click();
      const run = page.getByRole('button', { name: 'Call the tool' });
      await run.waitFor();
      await run.scrollIntoViewIfNeeded();
    },
  },
  { name: 'activity', address: 'activity' },
  {
    name: 'activity-charts',
    address: 'activity/charts',
    prepare: (page) => page.locator('.recharts-surface').first().waitFor(),
  },
  {
    name: 'clients',
    address: 'clients/vscode',
    prepare: (page) => page.getByRole('button', { name: 'Connect…' }).click(),
  },
  { name: 'settings', address: 'settings/gateway' },
  {
    name: 'settings-callers',
    address: 'settings/callers',
    prepare: async (page) => {
      await page.getByLabel('Client', { exact: true }).fill('windsurf');
      await page.getByRole('button', { name: 'Make a token' }).click();
    },
  },
  { name: 'settings-secrets', address: 'settings/secrets' },
  {
    name: 'settings-support',
    address: 'settings/support',
    prepare: (page) => page.getByRole('button', { name: 'Preview the bundle' }).click(),
  },
  {
    name: 'finder',
    address: 'overview',
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByPlaceholder('A backend, a tool').fill('bill');
    },
  },
  { name: 'narrow', address: 'backends/billing', size: { width: 720, height: 900 } },
];

/** What the documents show, each in one scheme. */
const SHOWN: Readonly<Record<string, 'light' | 'dark'>> = {
  overview: 'light',
  'headers-collision': 'dark',
  sessions: 'light',
  'backend-approval': 'light',
  tools: 'dark',
  'activity-charts': 'dark',
  clients: 'light',
};

const root = fileURLToPath(new URL('..', import.meta.url));
const [chosen, part = ''] = process.argv.slice(2);
const folder = chosen ?? join(root, 'test-results/screenshots');
const built = process.env.PATCHBAY_WINDOW ?? join(root, 'dist/renderer');
if (!existsSync(join(built, 'index.html'))) {
  console.error('The window is not built. Run npm run build first.');
  process.exit(1);
}
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_FLAGS] });
for (const colorScheme of ['light', 'dark'] as const) {
  for (const shot of SHOTS.filter(({ name }) => name.includes(part))) {
    const served = await serveWindow(createFakeHost({ empty: shot.empty === true }), built);
    await take(shot, colorScheme, served);
    await served.close();
  }
}
await browser.close();
if (chosen === undefined) await renewPictures();

async function renewPictures(): Promise<void> {
  const pictures = join(root, 'docs/pictures');
  await mkdir(pictures, { recursive: true });
  for (const [name, scheme] of Object.entries(SHOWN)) {
    await copyFile(join(folder, `${name}-${scheme}.png`), join(pictures, `${name}.png`));
  }
}

async function take(shot: Shot, colorScheme: 'light' | 'dark', served: ServedWindow): Promise<void> {
  const context = await browser.newContext({
    colorScheme,
    viewport: shot.size ?? { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`${shot.name}: ${message.text()}`);
  });
  await page.goto(served.address);
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  await page.evaluate(`window.location.hash = ${JSON.stringify(`#/${shot.address}`)}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await shot.prepare?.(page);
  // Two frames: what the last answer changed has been painted.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await page.waitForTimeout(350);
  await page.screenshot({ path: join(folder, `${shot.name}-${colorScheme}.png`) });
  await context.close();
}
