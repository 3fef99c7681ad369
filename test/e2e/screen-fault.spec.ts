import { expect, openWindow, show, test } from './window.ts';

test('a part that does not load is a fault of its screen alone, with a way out', async ({ page, served }) => {
  await page.route('**/assets/charts-*.js', (route) => route.abort());
  await openWindow(page, served);
  await show(page, 'activity');
  await page.getByText('Charts', { exact: true }).click();
  const fault = page.getByRole('alert').filter({ hasText: 'This screen could not be shown' });
  await expect(fault).toBeVisible();
  await show(page, 'activity');
  await expect(page.getByRole('table', { name: 'Calls' })).toBeVisible();
  await page.unroute('**/assets/charts-*.js');
  await page.evaluate("window.location.hash = '#/activity/charts'");
  await fault.getByRole('button', { name: 'Load again' }).click();
  await expect(page.getByRole('region', { name: 'Latency' })).toBeVisible();
});
