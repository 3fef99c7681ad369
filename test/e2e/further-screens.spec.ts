import { verifies } from '../requirements/verifies.ts';
import { expect, show, test } from './window.ts';

test(verifies(['AIN-07'], 'a token is shown once and can be revoked'), async ({ window, host }) => {
  await show(window, 'settings/callers');
  await window.getByLabel('Client', { exact: true }).fill('zed');
  await window.getByRole('button', { name: 'Make a token' }).click();
  const value = await window.getByTestId('token-value').textContent();
  expect(value).toContain('pb_sample_zed');
  await window.getByRole('button', { name: 'I have copied it' }).click();
  expect(await window.content()).not.toContain(value ?? '?');
  await window.getByRole('button', { name: 'Revoke the token of zed' }).click();
  await window.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(window.getByText(/The token is revoked/)).toBeVisible();
  expect(host.world.tokens.map(({ client }) => client)).not.toContain('zed');
});

test('a client is connected after a preview, and back again with one click', async ({ window, host }) => {
  await show(window, 'clients/vscode');
  await window.getByRole('button', { name: 'Connect…' }).click();
  await expect(window.getByText('"url": "http://127.0.0.1:4780/mcp",')).toBeVisible();
  await window.getByRole('button', { name: 'Write this' }).click();
  await expect(window.getByText(/Visual Studio Code is set up\./)).toBeVisible();
  const connected = (): boolean | undefined =>
    host.world.clients.find(({ client }) => client === 'vscode')?.files[0]?.connected;
  expect(connected()).toBe(true);
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(window.getByText('The file is as it was before.')).toBeVisible();
  expect(connected()).toBe(false);
});

test(
  verifies(['IMP-01'], 'servers of a client are read as proposals, one by one into the form'),
  async ({ window, host }) => {
    await show(window, 'clients/codex');
    const before = host.world.backends.size;
    await window.getByRole('button', { name: 'Read its servers' }).click();
    await expect(window.getByText('npx -y github-mcp')).toBeVisible();
    await window.getByRole('button', { name: 'Open the form: github' }).click();
    await expect(window.getByLabel('Name', { exact: true })).toHaveValue('github');
    await expect(window.getByLabel('Command', { exact: true })).toHaveValue('npx');
    expect(host.world.backends.size).toBe(before);
  },
);

test('the support bundle is read before it is saved', async ({ window }) => {
  await show(window, 'settings/support');
  await window.getByRole('button', { name: 'Preview the bundle' }).click();
  await expect(window.getByText('log.jsonl')).toBeVisible();
  const download = window.waitForEvent('download');
  await window.getByRole('button', { name: 'Save the bundle' }).click();
  expect((await download).suggestedFilename()).toBe('patchbay-support.txt');
});

test('a setting is saved, and the anonymous mode says what it means', async ({ window, host }) => {
  await show(window, 'settings/gateway');
  await window.getByLabel('A session ends after').fill('4');
  await window.getByRole('switch', { name: 'Put the backend’s name before its questions' }).check();
  await window.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(() => host.world.settings.sessionIdleHours).toBe(4);
  expect(host.world.settings.sayWhoAsks).toBe(true);
  await show(window, 'settings/callers');
  await window.getByRole('combobox', { name: 'Who may call' }).click();
  await window.getByRole('option', { name: 'Anyone on this machine' }).click();
  await expect(window.getByText('Every program on this machine')).toBeVisible();
});

test('the overview says what needs a person and leads there', async ({ window }) => {
  await expect(window.getByText('7 things need you')).toBeVisible();
  await window.getByRole('link', { name: 'Open: crm' }).click();
  await expect(window.getByRole('heading', { name: 'crm', level: 2 })).toBeVisible();
});
