import { expect, openWindow, show, test, watchFaults } from './window.ts';

test('the keys 1 to 7 open the screens, and back returns', async ({ window }) => {
  const titles = ['Overview', 'Backends', 'Passthrough headers', 'Sessions', 'Tools', 'Activity', 'Clients'];
  for (const [index, title] of titles.entries()) {
    await window.keyboard.press(`Control+${index + 1}`);
    await expect(window.getByRole('heading', { level: 1 })).toHaveText(title);
  }
  await window.goBack();
  await expect(window.getByRole('heading', { level: 1 })).toHaveText('Activity');
});

test('the finder finds a tool and opens it with the keyboard', async ({ window }) => {
  await window.keyboard.press('Control+k');
  await window.getByRole('textbox', { name: 'Find anything' }).fill('list_inv');
  await window.getByText('Tool of billing').waitFor();
  await window.keyboard.press('Enter');
  await expect(window.getByRole('heading', { name: 'billing_list_invoices' })).toBeVisible();
});

test('the token leaves the address bar at once, and a reload keeps the place', async ({ page, served }) => {
  await openWindow(page, served);
  expect(page.url()).not.toContain('token');
  await show(page, 'backends/billing');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'billing', level: 2 })).toBeVisible();
  expect(await page.evaluate('performance.getEntriesByType("navigation")[0].name')).not.toContain('token=');
});

test('a wrong token is refused with a way out', async ({ page, served }) => {
  await page.goto(`${new URL(served.address).origin}/#token=${'x'.repeat(43)}`);
  await expect(page.getByRole('heading')).toHaveText('This token is not accepted');
});

test('a lost connection is said, and everything is read again when it is back', async ({
  page,
  served,
  host,
}) => {
  await openWindow(page, served);
  await show(page, 'backends');
  await page.route('**/events', (route) => route.abort());
  served.cutStreams();
  await expect(page.getByRole('alert')).toContainText('The connection to the gateway is lost');
  host.world.backends.delete('crm');
  await page.unroute('**/events');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByRole('link', { name: /^crm/ })).toHaveCount(0);
});

test('the scheme follows the system and can be switched', async ({ window }) => {
  const scheme = (): Promise<unknown> =>
    window.evaluate('document.documentElement.dataset.mantineColorScheme');
  await window.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(scheme).toBe('dark');
  await window.getByRole('button', { name: 'Switch to light' }).click();
  expect(await scheme()).toBe('light');
});

test('where there is no room the detail covers the list', async ({ window }) => {
  await window.setViewportSize({ width: 720, height: 800 });
  await show(window, 'backends/billing');
  await expect(window.getByRole('list', { name: 'Backends' })).toBeHidden();
  await window.getByRole('link', { name: 'Back to the list' }).click();
  await expect(window.getByRole('list', { name: 'Backends' })).toBeVisible();
});

test('text at twice its size breaks nothing', async ({ window }) => {
  await window.evaluate("document.documentElement.style.fontSize = '200%'");
  await show(window, 'headers');
  await expect(window.getByLabel('Add a header name')).toBeVisible();
  const overflow = await window.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  expect(overflow).toBeLessThanOrEqual(0);
});

test.describe('with nothing configured', () => {
  test.use({ world: { empty: true } });
  test('the window opens with a welcome', async ({ page, served }) => {
    const faults = watchFaults(page);
    await openWindow(page, served);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome to Patchbay');
    await page.getByRole('link', { name: 'Add a backend' }).click();
    await expect(page.getByLabel('Paste anything')).toBeVisible();
    expect(faults).toEqual([]);
  });

  test('the overview says that nothing is set up, and leads to how', async ({ page, served }) => {
    await openWindow(page, served);
    await show(page, 'overview');
    await expect(page.getByText('Nothing is set up yet')).toBeVisible();
    await expect(page.getByText('Everything is well')).toHaveCount(0);
    await page.getByRole('link', { name: 'Show me how' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome to Patchbay');
  });
});
