import { verifies } from '../../requirements/verifies.ts';
import { show } from '../window.ts';
import { expect, test } from './real-window.ts';

const VALUE = 'captured-value-5d1f';

test(
  verifies(
    ['B14', 'B40', 'B41', 'B38'],
    'a live session shows what was captured, its drift, and a value on a click only',
  ),
  async ({ window, running, backend }) => {
    await show(window, 'sessions');
    await expect(window.getByText('No session is open')).toBeVisible();
    const token = running.gateway.token('cursor');
    const session = await running.gateway.open({
      token,
      headers: [],
      openingHeaders: [['X-Mcp-Api-Key', VALUE]],
      clientInfo: { name: 'cursor', version: '1.9' },
    });
    await window.getByRole('link', { name: /cursor/ }).click();
    const row = window.getByRole('row', { name: /X-Mcp-Api-Key/ }).first();
    await expect(row).toContainText(`${VALUE.length} bytes`);
    expect(await window.content()).not.toContain(VALUE);

    const tools = await session.list('tools', { headers: [['X-Mcp-Api-Key', 'another-value']] });
    expect(tools.status).toBe(200);
    await expect(
      window.getByText(/The client now sends (another value|something else) for X-Mcp-Api-Key/).first(),
    ).toBeVisible();
    expect(backend.requests.every((request) => request.header('X-Mcp-Api-Key') === VALUE)).toBe(true);

    await window
      .getByRole('button', { name: /Show the value of X-Mcp-Api-Key/ })
      .first()
      .click();
    await expect(window.getByTestId('revealed')).toContainText(VALUE);

    await window.getByRole('button', { name: 'End session' }).first().click();
    await window.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
    await expect(window.getByText('This session has ended')).toBeVisible();
    expect((await session.list('tools')).status).toBe(404);
  },
);

test(
  verifies(['B10', 'CFG-18'], 'a collision typed, explained and solved is in the file and in force'),
  async ({ window, running }) => {
    await show(window, 'headers');
    await window.getByLabel('Add a header name').fill('X-Region');
    await expect(window.getByText('Also set by billing as a static header.')).toBeVisible();
    await window.keyboard.press('Enter');
    await expect(window.getByRole('button', { name: 'Save the list' })).toBeDisabled();
    await window.getByRole('button', { name: 'Remove from billing: X-Region' }).click();
    await expect(window.getByRole('button', { name: 'X-Region at billing: from the caller' })).toBeVisible();
    await window.getByRole('button', { name: 'Save the list' }).click();
    await expect(window.getByText('The list is saved.')).toBeVisible();
    const saved = await running.client.headers.list({});
    expect(saved.ok && saved.value.headers.map(({ name }) => name)).toEqual(['X-Mcp-Api-Key', 'X-Region']);
  },
);

test('a name seen in real traffic is allowed with one click', async ({ window, running }) => {
  await running.gateway.open({
    token: running.gateway.token('cursor'),
    openingHeaders: [['X-Request-Source', 'somewhere']],
  });
  await show(window, 'headers');
  await window.getByRole('button', { name: 'Allow X-Request-Source' }).click();
  await expect(window.getByRole('button', { name: 'Remove X-Request-Source from the list' })).toBeVisible();
});

test(
  verifies(['UIX-06'], 'a backend is added with a secret that reaches it and never comes back'),
  async ({ window, running, backend }) => {
    const secret = 'only-for-the-backend-77';
    await show(window, 'backends/+');
    await window.getByLabel('Paste anything').fill(`${backend.url}`);
    await window.getByRole('button', { name: 'Fill the form' }).click();
    await window.getByLabel('Name', { exact: true }).fill('second');
    await window.getByRole('button', { name: 'Add a secret header' }).click();
    await window.getByRole('textbox', { name: 'Header 1', exact: true }).fill('X-Second-Key');
    await window.getByLabel('Value of X-Second-Key').fill(secret);
    await window.getByRole('button', { name: 'Add it' }).click();
    await expect(window.getByRole('heading', { name: 'second', level: 2 })).toBeVisible();
    await expect(window.getByText('is set').first()).toBeVisible();

    await window.getByRole('button', { name: 'Test', exact: true }).click();
    await expect(window.getByText('It works')).toBeVisible();
    expect(backend.requests.some((request) => request.header('X-Second-Key') === secret)).toBe(true);
    expect(await window.content()).not.toContain(secret);
    expect(running.told.join('\n')).not.toContain(secret);
  },
);

test('a tool is tried through the gateway, and the call stands in the activity list', async ({
  window,
  running,
}) => {
  const session = await running.gateway.open({ token: running.gateway.token('cursor') });
  await session.list('tools');
  await show(window, 'tools');
  const tool = window.getByRole('list', { name: 'Catalog' }).getByRole('link').first();
  await tool.click();
  await window.getByRole('button', { name: 'Open the form' }).click();
  await window.getByRole('button', { name: 'Call the tool' }).click();
  await expect(window.getByText(/Answered in|did not work/)).toBeVisible();
  await show(window, 'activity');
  await expect(
    window.getByRole('table', { name: 'Calls' }).getByRole('link', { name: 'billing' }).first(),
  ).toBeVisible();
});

test('every screen opens over the real host without a fault', async ({ window }) => {
  const screens = [
    'overview',
    'backends',
    'backends/billing',
    'backends/billing/edit',
    'headers',
    'headers/simulate',
    'sessions',
    'tools',
    'activity',
    'activity/charts',
    'settings/gateway',
    'settings/callers',
    'settings/secrets',
    'settings/app',
    'settings/support',
    'welcome',
  ];
  for (const screen of screens) {
    await show(window, screen);
    await expect(window.getByRole('status', { name: 'Loading…' })).toHaveCount(0);
    await expect(window.getByRole('button', { name: 'Try again' })).toHaveCount(0);
  }
});

test('a settings change and a token made in the window hold for real callers', async ({
  window,
  running,
}) => {
  await show(window, 'settings/callers');
  await window.getByLabel('Client', { exact: true }).fill('windsurf');
  await window.getByRole('button', { name: 'Make a token' }).click();
  const token = (await window.getByTestId('token-value').textContent()) ?? '';
  const session = await running.gateway.open({ token });
  expect(session.opening.status).toBe(200);
  await window.getByRole('button', { name: 'Revoke the token of windsurf' }).click();
  await window.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(window.getByText(/The token is revoked/)).toBeVisible();
  await expect(running.gateway.open({ token })).rejects.toThrow();
});
