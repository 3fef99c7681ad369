import { written } from '../support/fake-host/world.ts';
import { expect, show, test } from './window.ts';

test('the order of backends is changed by keyboard, said aloud, and saved as a whole', async ({
  window,
  host,
  served,
}) => {
  await show(window, 'settings/gateway');
  await window.getByRole('combobox', { name: 'When two backends offer one name' }).click();
  await window.getByRole('option', { name: 'The first backend in the order wins' }).click();
  const lines = window.getByRole('list', { name: 'Order of the backends' }).getByRole('listitem');
  const before = [...host.world.backends.keys()];
  await lines.nth(1).focus();
  await window.keyboard.press('Alt+ArrowUp');
  const second = before[1] ?? '';
  await expect(lines.first()).toContainText(second);
  await expect(lines.first()).toBeFocused();
  await expect(window.getByText(`${second} is now 1 of ${before.length}.`)).toBeAttached();
  await window.getByRole('button', { name: `Move ${second} down` }).click();
  await expect(lines.nth(1)).toContainText(second);
  await lines.nth(2).dragTo(lines.first());
  await window.getByRole('button', { name: 'Save', exact: true }).click();
  const third = before[2] ?? '';
  await expect
    .poll(() => host.world.settings.order)
    .toEqual([third, ...before.filter((name) => name !== third)]);
  // What was not touched stays a default: it is not written.
  const saved = served.calls.findLast(({ name }) => name === 'settings.set')?.input;
  expect(saved).toMatchObject({ change: { conflicts: 'priority' } });
  expect(JSON.stringify(saved)).not.toContain('maxSessions');
});

test('callers of a provider: keys by address, introspection, and its secret in the keychain', async ({
  window,
  host,
}) => {
  await show(window, 'settings/callers');
  await window.getByRole('combobox', { name: 'Who may call' }).click();
  await window.getByRole('option', { name: 'People who sign in at a provider (OIDC)' }).click();
  await expect(window.getByText('the tokens of all clients are given up')).toBeVisible();
  const save = window.getByRole('button', { name: 'Save who may call' });
  await window.getByLabel('Issuer').fill('https://id.example.com');
  await expect(save).toBeDisabled();
  await window.getByLabel('Audience').fill('patchbay');
  await window.getByLabel('Address of its keys (JWKS)').fill('http://id.example.com/keys');
  await expect(window.getByText(/https/).last()).toBeVisible();
  await expect(save).toBeDisabled();
  await window.getByLabel('Address of its keys (JWKS)').fill('https://id.example.com/keys');
  await window.getByLabel(/Ask the provider about tokens/).check();
  await window.getByLabel('Introspection address').fill('https://id.example.com/introspect');
  await window.getByLabel('Our client id there').fill('pb');
  await save.click();
  await expect
    .poll(() => host.world.settings.auth)
    .toEqual({
      mode: 'oidc',
      issuer: 'https://id.example.com',
      audience: 'patchbay',
      jwksUri: 'https://id.example.com/keys',
      requiredScopes: [],
      introspection: { url: 'https://id.example.com/introspect', clientId: 'pb' },
    });
  const secrets = window.getByRole('region', { name: 'Secrets of this gateway' });
  await expect(secrets).toContainText('introspection');
});

test('people of another provider sign in here, and a refused save says what is wrong', async ({ window }) => {
  await show(window, 'settings/callers');
  await window.getByRole('combobox', { name: 'Who may call' }).click();
  await window.getByRole('option', { name: 'People who sign in here' }).click();
  await window.getByLabel('People of another provider').check();
  await expect(window.getByText('http://127.0.0.1:4780/oauth/upstream')).toBeVisible();
  await window.getByLabel('Issuer').fill('https://id.example.com');
  await window.getByLabel('Our client id there').fill('pb');
  const place = 'gateway.auth';
  const found = { code: 'config.field', severity: 'error', place, message: 'No.', fix: 'Mend it so.' };
  const error = { code: 'config.field', message: 'The change was not saved.', problems: [found] };
  await window.route('**/control/settings.set', (route) => route.fulfill({ json: { ok: false, error } }));
  await window.getByRole('button', { name: 'Save who may call' }).click();
  await expect(window.getByText('Mend it so.')).toBeVisible();
  await expect(window.getByLabel('Our client id there')).toHaveValue('pb');
});

test('what is typed stays when the file changes meanwhile, and is saved over its newest state', async ({
  window,
  host,
}) => {
  await show(window, 'settings/gateway');
  await window.getByLabel('Most sessions at a time').fill('77');
  await window.getByLabel('Port', { exact: true }).focus();
  host.world.settings = { ...host.world.settings, sessionIdleHours: 3 };
  written(host.world, ['gateway']);
  await expect(window.getByLabel('A session ends after')).toHaveValue('3');
  await expect(window.getByLabel('Most sessions at a time')).toHaveValue('77');
  await window.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(() => host.world.settings.maxSessions).toBe(77);
  expect(host.world.settings.sessionIdleHours).toBe(3);
  await expect(window.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
});
