import { AxeBuilder } from '@axe-core/playwright';
import { expect, openWindow, show, test } from './window.ts';

/** By area: one page goes through its screens, since a page's start costs more than a look at it. */
const AREAS = {
  start: ['overview', 'welcome'],
  backends: [
    'backends',
    'backends/billing',
    'backends/tickets',
    'backends/billing/edit',
    'backends/files/edit',
    'backends/+',
  ],
  headers: ['headers', 'headers/simulate'],
  sessions: ['sessions/s-cursor-1'],
  tools: ['tools/billing/refund', 'tools/docs/get_issue'],
  activity: ['activity', 'activity/charts'],
  clients: ['clients/vscode', 'clients/jetbrains'],
  settings: ['settings/gateway', 'settings/callers', 'settings/secrets', 'settings/app', 'settings/support'],
} as const;

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });
    for (const [area, screens] of Object.entries(AREAS)) {
      test(`${area}: ${screens.length} screens without a serious accessibility finding`, async ({
        window,
      }) => {
        for (const screen of screens) {
          await show(window, screen);
          await expect(window.getByRole('status', { name: 'Loading…' })).toHaveCount(0);
          expect(await seriousFindings(window), screen).toEqual([]);
        }
      });
    }
  });
}

test.describe('what opens on a click', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('an explained collision', async ({ window }) => {
    await show(window, 'headers');
    await window.getByLabel('Add a header name').fill('X-Region');
    await window.getByText('Also set by billing').waitFor();
    expect(await seriousFindings(window)).toEqual([]);
  });

  test('the finder', async ({ window }) => {
    await window.keyboard.press('Control+k');
    await window.getByRole('textbox', { name: 'Find anything' }).fill('bill');
    expect(await seriousFindings(window)).toEqual([]);
  });

  test('a backend inside a session, and a question', async ({ window }) => {
    await show(window, 'sessions/s-cursor-1');
    await window.getByRole('button', { name: /^billing/ }).click();
    expect(await seriousFindings(window)).toEqual([]);
    await window.getByRole('button', { name: 'End session' }).first().click();
    await window.getByRole('dialog').waitFor();
    expect(await seriousFindings(window)).toEqual([]);
  });

  test('a form made from a schema', async ({ window }) => {
    await show(window, 'tools/billing/list_invoices');
    await window.getByRole('button', { name: 'Open the form' }).click();
    await window.getByRole('button', { name: 'Call the tool' }).waitFor();
    expect(await seriousFindings(window)).toEqual([]);
  });
});

test('the page without a token says what to do, accessibly', async ({ page, served }) => {
  await page.goto(new URL(served.address).origin);
  await expect(page.getByRole('heading')).toContainText('only with its token');
  expect(await seriousFindings(page)).toEqual([]);
  await openWindow(page, served);
});

async function seriousFindings(page: Parameters<typeof show>[0]): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}
