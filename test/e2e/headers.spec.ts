import { verifies } from '../requirements/verifies.ts';
import { expect, openWindow, secondWindow, show, test } from './window.ts';

test.beforeEach(async ({ window }) => show(window, 'headers'));

test(
  verifies(['B10', 'CFG-18'], 'a collision is explained while it is typed, and solved'),
  async ({ window, host }) => {
    const field = window.getByLabel('Add a header name');
    await field.fill('X-Region');
    await expect(window.getByText('Also set by billing as a static header.')).toBeVisible();
    await expect(window.getByText('backends.billing.headers.X-Region')).toBeVisible();
    await expect(window.getByText('Sessions that send it will be refused.')).toBeVisible();
    await expect(window.getByRole('button', { name: 'X-Region at billing: collision' })).toBeVisible();

    await field.press('Enter');
    await expect(window.getByRole('listitem').filter({ hasText: 'X-Region' }).first()).toContainText(
      'Two sources',
    );
    const save = window.getByRole('button', { name: 'Save the list' });
    await expect(save).toBeDisabled();

    await window.getByRole('button', { name: 'Leave out for billing: X-Region' }).click();
    await expect(window.getByText('X-Region is left out for billing.')).toBeVisible();
    await expect(window.getByRole('button', { name: 'X-Region at billing: eu' })).toBeVisible();
    await expect(save).toBeEnabled();
    await save.click();
    await expect(window.getByText('The list is saved.')).toBeVisible();
    expect(host.world.names).toEqual(['X-Mcp-Api-Key', 'X-Tenant', 'X-Region']);
  },
);

test(
  verifies(['B10'], 'the other way out removes the static header from the backend'),
  async ({ window, host }) => {
    await window.getByLabel('Add a header name').fill('x-region');
    await window.getByRole('button', { name: /^Remove from billing/ }).click();
    await expect(window.getByText('x-region was removed from billing.')).toBeVisible();
    const billing = host.world.backends.get('billing')?.form.connection;
    expect(billing?.type === 'http' && billing.headers).toEqual([]);
  },
);

test(
  verifies(['B03', 'B04', 'B09'], 'a reserved name says why and what to do instead'),
  async ({ window }) => {
    const field = window.getByLabel('Add a header name');
    const add = window.getByRole('button', { name: 'Add', exact: true });
    await field.fill('AUTHORIZATION');
    await expect(window.getByText('Authorization is reserved')).toBeVisible();
    await expect(window.getByText('Choose an auth strategy for the backend')).toBeVisible();
    await expect(add).toBeDisabled();
    for (const name of ['cookie', 'X-Forwarded-Proto', 'x_user_sub', 'Mcp-Name']) {
      await field.fill(name);
      await expect(window.getByText('is reserved')).toBeVisible();
      await expect(add).toBeDisabled();
    }
    await field.fill('X-Mcp-Api-Key:');
    await expect(window.getByText('is not a header name')).toBeVisible();
    await field.fill('x-tenant');
    await expect(window.getByText('x-tenant is the same header as X-Tenant')).toBeVisible();
  },
);

test('a name seen in live traffic is allowed with one click', async ({ window, host }) => {
  await window.getByRole('button', { name: 'Allow X-Request-Source' }).click();
  await expect(window.getByText('The list is saved.')).toBeVisible();
  await expect(window.getByRole('button', { name: 'Remove X-Request-Source from the list' })).toBeVisible();
  await expect(window.getByRole('button', { name: 'Allow X-Request-Source' })).toHaveCount(0);
  expect(host.world.names).toContain('X-Request-Source');
});

test('a removed name can be taken back before and the draft outlives a look elsewhere', async ({
  window,
  host,
}) => {
  await window.getByRole('button', { name: 'Remove X-Tenant from the list' }).click();
  await expect(window.getByText('1 removed')).toBeVisible();
  await show(window, 'overview');
  await show(window, 'headers');
  await expect(window.getByText('1 removed')).toBeVisible();
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(window.getByRole('button', { name: 'Remove X-Tenant from the list' })).toBeVisible();
  expect(host.world.names).toEqual(['X-Mcp-Api-Key', 'X-Tenant']);
});

test('of two windows the one that saves second is refused and shown the newest', async ({
  window,
  browser,
  served,
}) => {
  await window.getByRole('button', { name: 'Remove X-Tenant from the list' }).click();
  const other = await secondWindow(browser, served);
  await show(other, 'headers');
  await other.getByRole('button', { name: 'Allow X-Debug' }).click();
  await other.getByText('The list is saved.').waitFor();

  await expect(window.getByText('Somebody else saved in the meantime')).toBeVisible();
  await expect(window.getByRole('button', { name: 'Save the list' })).toBeDisabled();
  await window.getByRole('button', { name: 'Load the newest state' }).click();
  await expect(window.getByRole('button', { name: 'Remove X-Debug from the list' })).toBeVisible();
  await expect(window.getByRole('button', { name: 'Remove X-Tenant from the list' })).toBeVisible();
  await other.context().close();
});

test('a reload in mid-save comes back with the true state', async ({ window, served, host }) => {
  let release = (): void => undefined;
  served.hold = { name: 'headers.set', until: new Promise((resolve) => (release = resolve)) };
  await window.getByRole('button', { name: 'Remove X-Tenant from the list' }).click();
  await window.getByRole('button', { name: 'Save the list' }).click();
  await expect.poll(() => served.calls.some(({ name }) => name === 'headers.set')).toBe(true);
  await window.reload();
  release();
  await expect.poll(() => host.world.names).toEqual(['X-Mcp-Api-Key']);
  await expect(window.getByRole('heading', { name: 'Passthrough headers' })).toBeVisible();
  await expect(window.getByRole('button', { name: 'Remove X-Tenant from the list' })).toHaveCount(0);
  await expect(window.getByRole('button', { name: 'Remove X-Mcp-Api-Key from the list' })).toBeVisible();
});

test('the plan says where a header is set, and leads there', async ({ window }) => {
  await window.getByRole('button', { name: 'X-Billing-Key at billing: secret' }).click();
  await expect(window.getByText('backends.billing.secretHeaders[0]')).toBeVisible();
  await window.getByRole('link', { name: 'Open billing' }).click();
  await expect(window.getByRole('heading', { name: 'billing', level: 2 })).toBeVisible();
});

test('the simulator shows the fate of each header, with values as typed and secrets masked', async ({
  window,
}) => {
  await show(window, 'headers/simulate');
  await window
    .getByLabel('Headers, one on a line')
    .fill('X-Mcp-Api-Key: typed-by-me\nX-Debug: 1\nAuthorization: Bearer mine');
  await window.getByRole('button', { name: 'Simulate', exact: true }).click();
  await expect(window.getByText('A session would open.')).toBeVisible();
  await expect(window.getByRole('row', { name: /X-Debug.*ignored/ })).toBeVisible();
  await expect(window.getByRole('row', { name: /Authorization.*for us/ })).toBeVisible();
  const cell = window.getByRole('button', { name: 'X-Mcp-Api-Key at billing' });
  await expect(cell).toContainText('typed-by-me');
  await expect(window.getByRole('button', { name: 'X-Billing-Key at billing' })).toContainText('•••••');
});

test('the whole list is edited with the keyboard alone', async ({ window, host }) => {
  await window.getByLabel('Add a header name').focus();
  await window.keyboard.type('X-Team');
  await window.keyboard.press('Enter');
  const save = window.getByRole('button', { name: 'Save the list' });
  await expect(save).toBeEnabled();
  const focused = window.locator(':focus');
  for (let step = 0; step < 10 && (await focused.textContent()) !== 'Save the list'; step++) {
    await window.keyboard.press('Tab');
  }
  await window.keyboard.press('Enter');
  await expect.poll(() => host.world.names).toContain('X-Team');
});

test.describe('with nothing configured', () => {
  test.use({ world: { empty: true } });
  test('the empty list teaches what it is for', async ({ page, served }) => {
    await openWindow(page, served);
    await show(page, 'headers');
    await expect(page.getByText('No header is passed through')).toBeVisible();
    await expect(page.getByText('No backend yet')).toBeVisible();
  });
});
