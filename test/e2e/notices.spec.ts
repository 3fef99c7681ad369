import { expect, show, test } from './window.ts';

test('a notice leads to where it is mended, and goes when things are well again', async ({
  window,
  host,
}) => {
  const about = 'backends/billing';
  const raise = (level: 'warning' | 'success', message: string): void =>
    host.world.emit('notices.raised', { id: 'backend billing', at: Date.now(), level, message, about });
  raise('warning', 'billing did not answer.');
  const notice = window.getByRole('alert').filter({ hasText: 'billing did not answer.' });
  await expect(notice).toBeVisible();
  raise('success', 'billing is ready again.');
  await expect(notice).toHaveCount(0);
  await window
    .getByRole('alert')
    .filter({ hasText: 'billing is ready again.' })
    .getByRole('link', { name: 'Open' })
    .click();
  await expect(window.getByRole('heading', { name: 'billing', level: 2 })).toBeVisible();
  await expect(window.getByText('billing is ready again.')).toHaveCount(0);
});

test('a backend that asks for more rights says for which', async ({ window, host }) => {
  host.world.signIns.set('billing', {
    state: 'signed-in',
    issuer: 'https://id.example.com',
    wantsScope: 'invoices:write <b>',
  });
  await show(window, 'backends/billing');
  const panel = window.getByRole('region', { name: 'Sign-in' });
  await expect(panel).toContainText('The backend asks for more than was granted');
  await expect(panel).toContainText('invoices:write <b>');
  await expect(panel.getByRole('button', { name: 'Sign in again' })).toBeVisible();
});

test('a sign-in anew that failed is said beside the one that still holds', async ({ window, host }) => {
  host.world.signIns.set('billing', {
    state: 'signed-in',
    issuer: 'https://id.example.com',
    newSignIn: { reason: 'Nobody finished the sign-in in time.', fix: 'Sign in again.' },
  });
  await show(window, 'backends/billing');
  const panel = window.getByRole('region', { name: 'Sign-in' });
  await expect(panel).toContainText('Signed in');
  await expect(panel).toContainText('The new sign-in failed; the one before still holds.');
  await expect(panel).toContainText('Nobody finished the sign-in in time. Sign in again.');
  await expect(panel.getByRole('button', { name: 'Sign out' })).toBeVisible();
});

test('a sign-out that the keychain refuses says that the tokens are still there', async ({
  window,
  host,
}) => {
  await show(window, 'backends/billing');
  const panel = window.getByRole('region', { name: 'Sign-in' });
  host.world.keychain = { state: 'locked', reason: 'The keychain is locked.' };
  await panel.getByRole('button', { name: 'Sign out' }).click();
  const alert = window.getByRole('alert').filter({ hasText: 'are still in the keychain' });
  await expect(alert).toContainText('Unlock the keychain, then sign out again.');
  await expect(alert).toContainText('auth.sign-out-failed');
  await expect(panel).toContainText('Signed in');
});

test('a gateway without its port says so on every screen, and tries again', async ({ window, host }) => {
  const gateway = {
    state: 'port-taken' as const,
    port: 4780,
    reason: 'Port 4780 of 127.0.0.1 is in use by nc (process 7).',
    fix: 'End that program, or choose another port.',
  };
  host.world.emit('status.changed', { gateway, callsLastMinute: 0 });
  const alert = window.getByRole('alert').filter({ hasText: 'in use by nc (process 7)' });
  await expect(alert).toBeVisible();
  await alert.getByRole('link', { name: 'Change the port' }).click();
  await expect(window.getByLabel('Port', { exact: true })).toBeVisible();
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(alert).toHaveCount(0);
});

test('a notice shows all of itself and leaves the buttons of a form free', async ({ window, host }) => {
  await show(window, 'backends/billing/edit');
  await window.getByLabel('Title').fill('Other');
  const message = 'crm did not answer, and this sentence is long enough to fill two lines of the notice.';
  host.world.emit('notices.raised', {
    id: 'backend crm',
    at: Date.now(),
    level: 'warning',
    message,
    about: 'backends/crm',
  });
  const notice = window.getByRole('alert').filter({ hasText: message });
  const open = notice.getByRole('link', { name: 'Open' });
  await expect(open).toBeVisible();
  const cut = await window.evaluate(`(() => {
    const { scrollWidth, clientWidth } = document.querySelector('[role="alert"] a');
    return scrollWidth - clientWidth;
  })()`);
  expect(cut).toBeLessThanOrEqual(0);
  await window.getByRole('button', { name: 'Save', exact: true }).click({ timeout: 5_000 });
  await expect(window.getByRole('heading', { name: 'billing', level: 2 })).toBeVisible();
});
