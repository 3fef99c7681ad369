import type { Page } from '@playwright/test';
import { createLatch } from '../support/latch.ts';
import { expect, show, test } from './window.ts';

/** Where the keyboard is. */
const focused = (window: Page): Promise<unknown> => window.evaluate('document.activeElement?.tagName');

test('the finder does actions by name, and gives the focus back where it was', async ({ window }) => {
  await show(window, 'backends');
  const add = window.getByRole('link', { name: 'Add a backend' });
  await add.focus();
  await window.keyboard.press('Control+k');
  await expect(window.getByRole('textbox', { name: 'Find anything' })).toBeFocused();
  await window.keyboard.press('Escape');
  await expect(add).toBeFocused();
  await window.keyboard.press('Control+k');
  await window.getByRole('textbox', { name: 'Find anything' }).fill('edit billing');
  await window.getByText('Edit billing').waitFor();
  await window.keyboard.press('Enter');
  await expect(window.getByRole('heading', { name: /billing/, level: 2 })).toBeVisible();
  const scheme = (): Promise<unknown> =>
    window.evaluate('document.documentElement.dataset.mantineColorScheme');
  const before = await scheme();
  await window.keyboard.press('Control+k');
  await window.getByRole('textbox', { name: 'Find anything' }).fill('light and dark');
  await window.getByText('Switch between light and dark').waitFor();
  await window.keyboard.press('Enter');
  await expect.poll(scheme).not.toBe(before);
});

test('the focus stays near when what had it goes away', async ({ window }) => {
  await show(window, 'headers');
  const remove = window.getByRole('button', { name: 'Remove X-Tenant from the list' });
  await remove.focus();
  await window.keyboard.press('Enter');
  await expect(remove).toHaveCount(0);
  expect(await focused(window)).not.toBe('BODY');

  await show(window, 'backends/crm');
  const set = window.getByRole('button', { name: 'Set: X-Crm-Key' });
  await set.focus();
  await window.keyboard.press('Enter');
  await expect(window.getByLabel('Secret value of X-Crm-Key')).toBeFocused();
  await window.keyboard.press('Tab');
  await window.getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect(set).toBeFocused();
});

test('a button that was disabled while its action ran has the focus again', async ({ window, served }) => {
  await show(window, 'backends/billing');
  const answer = createLatch();
  served.hold = { name: 'backends.test', until: answer.promise };
  const button = window.getByRole('button', { name: 'Test', exact: true });
  await button.focus();
  await window.keyboard.press('Enter');
  await expect(button).toBeDisabled();
  await expect.poll(() => focused(window)).toBe('BODY');
  answer.open();
  await expect(window.getByRole('status', { name: 'Test' })).toBeVisible();
  await expect(button).toBeFocused();
});
