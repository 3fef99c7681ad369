import { verifies } from '../requirements/verifies.ts';
import { expect, show, test } from './window.ts';

test(
  verifies(['UIX-03'], 'text of a backend is shown as text, with hidden characters as marks'),
  async ({ window }) => {
    await show(window, 'tools/docs/get_issue');
    const main = window.getByRole('main');
    await expect(main.getByText('<img src=x onerror=alert(1)>')).toBeVisible();
    await expect(main.getByText('U+202E')).toBeVisible();
    await expect(main.getByText('U+200B')).toBeVisible();
    await expect(main.getByText('U+0007')).toBeVisible();
    await expect(main.locator('img')).toHaveCount(0);
    await expect(main.locator('a[href^="javascript"]')).toHaveCount(0);
  },
);

test(verifies(['UIX-03'], 'long text is cut, with a button for the rest'), async ({ window }) => {
  await show(window, 'tools/docs/long_story');
  const more = window.getByRole('button', { name: /^Show all [\d,]+ characters/ });
  await expect(more).toBeVisible();
  await more.click();
  await expect(window.getByRole('button', { name: 'Show less' })).toBeVisible();
});

test(
  verifies(['HTP-13'], 'a changed definition is approved only after its difference was shown'),
  async ({ window, served }) => {
    await show(window, 'tools/billing/refund');
    const change = window.getByRole('region', { name: 'The backend has changed this tool' });
    await expect(change.getByText('added:').first()).toBeAttached();
    await expect(change).toContainText('Always pass the account of the user.');
    await change.getByRole('button', { name: 'Approve the new definition' }).click();
    await expect(change).toHaveCount(0);
    expect(served.calls.find(({ name }) => name === 'tools.approve')?.input).toMatchObject({
      digest: 'd-refund-new',
    });
  },
);

test(
  verifies(['HTP-13'], 'a link leads to a changed tool that is beyond what the list shows'),
  async ({ window, host }) => {
    const [first] = host.world.items;
    if (first === undefined) throw new Error('the samples have no tool');
    const others = Array.from({ length: 500 }, (_, index) => ({ ...first, original: `tool-${index}` }));
    host.world.items = [...others, ...host.world.items];
    await show(window, 'tools/billing/refund');
    const change = window.getByRole('region', { name: 'The backend has changed this tool' });
    await expect(change).toContainText('Always pass the account of the user.');
    await change.getByRole('button', { name: 'Approve the new definition' }).click();
    await expect(change).toHaveCount(0);
    await show(window, 'tools/billing/no_such_tool');
    await expect(window.getByText('Choose a tool')).toBeVisible();
  },
);

test('a tool is renamed, described and hidden', async ({ window, host }) => {
  await show(window, 'tools/billing/get_invoice');
  await window.getByRole('button', { name: 'Rename' }).click();
  await window.getByLabel('Name for clients').fill('invoice');
  await window.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(window.getByRole('heading', { name: 'invoice', exact: true })).toBeVisible();
  await window.getByRole('button', { name: 'Hide' }).click();
  await expect(window.getByRole('button', { name: 'Show', exact: true })).toBeVisible();
  expect(host.world.items.find(({ original }) => original === 'get_invoice')).toMatchObject({
    shown: 'hidden',
    overrides: { rename: 'invoice' },
  });
});

test('a tool is tried with a form made from its schema', async ({ window, served }) => {
  await show(window, 'tools/billing/list_invoices');
  await window.getByRole('button', { name: 'Open the form' }).click();
  await window.getByLabel('Limit').fill('500');
  await window.getByRole('button', { name: 'Call the tool' }).click();
  expect(served.calls.some(({ name }) => name === 'tools.call')).toBe(false);
  await window.getByLabel('Customer').fill('c-17');
  await window.getByLabel('Limit').fill('5');
  await window.getByRole('button', { name: 'Call the tool' }).click();
  await expect(window.getByText('Answered in 34 ms')).toBeVisible();
  const sent = served.calls.find(({ name }) => name === 'tools.call')?.input as { argumentsJson: string };
  expect(JSON.parse(sent.argumentsJson)).toMatchObject({ customer: 'c-17', limit: 5 });
});

test('a conflict of names is explained', async ({ window }) => {
  await show(window, 'tools');
  await expect(window.getByText('files and docs both offer search.')).toBeVisible();
});

test('what has changed stands first, and a search that finds nothing says so', async ({ window }) => {
  await show(window, 'tools');
  const rows = window.getByRole('list', { name: 'Catalog' }).getByRole('listitem');
  await expect(rows.first()).toContainText(/changed|held back|name conflict/);
  await window.getByLabel('Search', { exact: true }).fill('no such thing anywhere');
  await expect(window.getByText('Nothing matches.')).toBeVisible();
  await expect(window.getByText('Nothing is offered yet')).toHaveCount(0);
});
